#include "replikey/source/server_control.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>
#include <utility>

#include "replikey/model/gtid.hpp"
#include "replikey/source/dump_error.hpp"

namespace replikey::source {
namespace {

std::uint64_t number_of(std::string_view text) noexcept {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

using Variables = std::map<std::string, std::string, std::less<>>;

/// Names that the server does not know are absent.
Result<Variables> global_variables(mysql::Connection& connection, std::string_view names) {
  auto table =
      connection.query("SHOW GLOBAL VARIABLES WHERE Variable_name IN (" + std::string{names} + ")");
  if (!table) {
    return std::move(table).error();
  }
  Variables variables;
  for (std::size_t row = 0; row < table->rows.size(); ++row) {
    variables.emplace(table->text(row, 0), table->text(row, 1));
  }
  return variables;
}

std::string value_or(const Variables& variables, std::string_view name,
                     std::string_view otherwise) {
  const auto found = variables.find(name);
  return found == variables.end() ? std::string{otherwise} : found->second;
}

Result<bool> has_gtids(mysql::Connection& connection) {
  if (connection.flavour() == Flavour::MariaDb) {
    return true;
  }
  auto variables = global_variables(connection, "'gtid_mode'");
  if (!variables) {
    return std::move(variables).error();
  }
  return value_or(*variables, "gtid_mode", "OFF") == "ON";
}

Result<GtidSet> gtids_of(mysql::Connection& connection, std::string_view sql) {
  auto text = connection.query_value(sql);
  if (!text) {
    return std::move(text).error();
  }
  return GtidSet::parse(text->value_or(""), connection.flavour());
}

/// MariaDB: what was executed where the position is.
Result<GtidSet> gtids_at(mysql::Connection& connection, const BinlogPosition& position) {
  return gtids_of(connection, "SELECT BINLOG_GTID_POS(" + connection.quote(position.file) + ", " +
                                  std::to_string(position.offset) + ")");
}

std::string_view status_statement(const mysql::Connection& connection) {
  const bool has_new_name =
      connection.flavour() == Flavour::MySql && connection.version().at_least(8, 2);
  return has_new_name ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS";
}

Error no_binlog() {
  return Error{ErrorCode::Rejected,
               "the server writes no binary log; set log_bin and server_id in its configuration "
               "and restart it"};
}

Error cannot_resume(const ResumePoint& from, std::string_view what) {
  std::string message = "cannot go on from ";
  if (!from.position.file.empty()) {
    message += to_string(from.position) + ": ";
  } else {
    message += from.executed.to_string() + ": ";
  }
  message += what;
  message += "; ";
  message += kWaysOn;
  return Error{ErrorCode::Rejected, std::move(message)};
}

constexpr std::string_view kOtherHistory =
    "the server's history does not hold ours (it was reset, is another server, or lost its newest "
    "transactions)";

Status check_mysql_gtids(mysql::Connection& connection, const ResumePoint& from) {
  const std::string ours = connection.quote(from.executed.to_string());
  auto table = connection.query("SELECT GTID_SUBSET(@@global.gtid_purged, " + ours +
                                "), GTID_SUBTRACT(" + ours +
                                ", @@global.gtid_executed), "
                                "GTID_SUBTRACT(@@global.gtid_purged, " +
                                ours + ")");
  if (!table) {
    return std::move(table).error();
  }
  if (const auto strange = table->text(0, 1); !strange.empty()) {
    return cannot_resume(from, std::string{kOtherHistory} + ", namely " + std::string{strange});
  }
  if (table->text(0, 0) != "1") {
    return cannot_resume(
        from, "the server has purged the binary logs with " + std::string{table->text(0, 2)});
  }
  return ok();
}

/// The GTIDs of a MariaDB set: one per domain.
std::vector<Gtid> last_gtids(const GtidSet& set) {
  std::vector<Gtid> gtids;
  const std::string text = set.to_string();
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (auto gtid = parse_gtid(std::string_view{text}.substr(begin, end - begin))) {
      gtids.push_back(*gtid);
    }
    begin = end + 1;
  }
  return gtids;
}

Status check_mariadb_gtids(mysql::Connection& connection, const ResumePoint& from) {
  const auto executed = executed_gtids(connection);
  if (!executed) {
    return executed.error();
  }
  for (const Gtid& gtid : last_gtids(from.executed)) {
    if (!executed->contains(gtid)) {
      return cannot_resume(from, std::string{kOtherHistory} + ", namely " + to_string(gtid));
    }
  }
  const auto purged = purged_gtids(connection);
  if (!purged) {
    return purged.error();
  }
  for (const Gtid& gtid : last_gtids(*purged)) {
    if (!from.executed.contains(gtid)) {
      return cannot_resume(from, "the server has purged the binary logs with " + to_string(gtid));
    }
  }
  return ok();
}

Status check_file(mysql::Connection& connection, const ResumePoint& from) {
  const auto logs = binary_logs(connection);
  if (!logs) {
    return logs.error();
  }
  const BinlogPosition& position = from.position;
  for (const BinlogFile& log : *logs) {
    if (log.name == position.file) {
      if (position.offset <= log.size) {
        return ok();
      }
      return cannot_resume(from, "that file ends at " + std::to_string(log.size) +
                                     " (it was reset, or belongs to another server)");
    }
  }
  const BinlogFile& first = logs->front();
  if (file_base(first.name) == file_base(position.file) &&
      file_number(position.file) < file_number(first.name)) {
    return cannot_resume(from, "the server has purged it; its oldest binary log is " + first.name);
  }
  return cannot_resume(
      from, "the server has no such binary log; it has " + first.name + " to " + logs->back().name);
}

/// Transactions in a MySQL set's text: "uuid:1-5:7,uuid:tag:9".
std::uint64_t transactions_in(std::string_view text) noexcept {
  std::uint64_t count = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find_first_of(",:", begin), text.size());
    const std::string_view part = text.substr(begin, end - begin);
    const bool is_after_colon = begin > 0 && text[begin - 1] == ':';
    if (is_after_colon && part.find_first_not_of("0123456789-") == std::string_view::npos) {
      const std::size_t dash = part.find('-');
      const std::uint64_t first = number_of(part);
      const std::uint64_t last =
          dash == std::string_view::npos ? first : number_of(part.substr(dash + 1));
      count += last - first + 1;
    }
    begin = end + 1;
  }
  return count;
}

}  // namespace

Result<ServerIdentity> identify(mysql::Connection& connection) {
  auto variables = global_variables(
      connection, "'server_id','server_uuid','server_uid','hostname','port','gtid_mode'");
  if (!variables) {
    return std::move(variables).error();
  }
  ServerIdentity identity;
  identity.flavour = connection.flavour();
  identity.version = connection.version().text;
  identity.server_id =
      static_cast<std::uint32_t>(number_of(value_or(*variables, "server_id", "0")));
  if (connection.flavour() == Flavour::MySql) {
    identity.uuid = value_or(*variables, "server_uuid", "");
    identity.gtid_mode_on = value_or(*variables, "gtid_mode", "OFF") == "ON";
    return identity;
  }
  identity.gtid_mode_on = true;
  identity.uuid = value_or(*variables, "server_uid", "");
  if (identity.uuid.empty()) {
    identity.uuid = value_or(*variables, "hostname", "") + ":" + value_or(*variables, "port", "") +
                    "/" + std::to_string(identity.server_id);
  }
  return identity;
}

Result<std::vector<BinlogFile>> binary_logs(mysql::Connection& connection) {
  constexpr unsigned kNoBinaryLogging = 1381;
  auto table = connection.query("SHOW BINARY LOGS");
  if (!table) {
    return connection.last_error() == kNoBinaryLogging ? no_binlog() : std::move(table).error();
  }
  std::vector<BinlogFile> logs;
  for (std::size_t row = 0; row < table->rows.size(); ++row) {
    logs.push_back({std::string{table->text(row, 0)}, number_of(table->text(row, 1))});
  }
  if (logs.empty()) {
    return no_binlog();
  }
  return logs;
}

Result<ResumePoint> latest_position(mysql::Connection& connection) {
  auto status = connection.query(status_statement(connection));
  if (!status) {
    return std::move(status).error();
  }
  if (status->rows.empty()) {
    return no_binlog();
  }
  ResumePoint point;
  point.position.file = status->text(0, 0);
  point.position.offset = number_of(status->text(0, 1));
  auto gtids = has_gtids(connection);
  if (!gtids) {
    return std::move(gtids).error();
  }
  point.has_whole_history = *gtids;
  if (!*gtids) {
    return point;
  }
  // MySQL tells both in one answer, the set first: what it lacks stands before the position.
  constexpr std::size_t kExecutedColumn = 4;
  auto executed = connection.flavour() == Flavour::MySql
                      ? GtidSet::parse(status->text(0, kExecutedColumn), Flavour::MySql)
                      : gtids_at(connection, point.position);
  if (!executed) {
    return std::move(executed).error();
  }
  point.executed = std::move(*executed);
  return point;
}

Result<ResumePoint> earliest_position(mysql::Connection& connection) {
  const auto logs = binary_logs(connection);
  if (!logs) {
    return logs.error();
  }
  ResumePoint point;
  point.position.file = logs->front().name;
  auto gtids = has_gtids(connection);
  if (!gtids) {
    return std::move(gtids).error();
  }
  point.has_whole_history = *gtids;
  if (*gtids) {
    auto purged = purged_gtids(connection);
    if (!purged) {
      return std::move(purged).error();
    }
    point.executed = std::move(*purged);
  }
  return point;
}

Result<GtidSet> executed_gtids(mysql::Connection& connection) {
  return gtids_of(connection, connection.flavour() == Flavour::MySql
                                  ? "SELECT @@global.gtid_executed"
                                  : "SELECT @@global.gtid_binlog_pos");
}

Result<GtidSet> purged_gtids(mysql::Connection& connection) {
  if (connection.flavour() == Flavour::MySql) {
    return gtids_of(connection, "SELECT @@global.gtid_purged");
  }
  const auto logs = binary_logs(connection);
  if (!logs) {
    return logs.error();
  }
  return gtids_at(connection, BinlogPosition{logs->front().name, 4});
}

Result<Backlog> backlog(mysql::Connection& connection, const ResumePoint& from) {
  const auto logs = binary_logs(connection);
  if (!logs) {
    return logs.error();
  }
  Backlog result;
  for (const BinlogFile& log : *logs) {
    if (from.position.file.empty() || file_number(log.name) > file_number(from.position.file)) {
      result.bytes += log.size;
    } else if (log.name == from.position.file && log.size > from.position.offset) {
      result.bytes += log.size - from.position.offset;
    }
  }
  const auto gtids = has_gtids(connection);
  if (!gtids) {
    return gtids.error();
  }
  if (*gtids && from.has_whole_history && connection.flavour() == Flavour::MySql) {
    const auto missing = connection.query_value("SELECT GTID_SUBTRACT(@@global.gtid_executed, " +
                                                connection.quote(from.executed.to_string()) + ")");
    if (!missing) {
      return missing.error();
    }
    std::string text = missing->value_or("");
    std::erase(text, '\n');
    result.transactions = transactions_in(text);
  }
  return result;
}

bool resumes_by_gtid(const ServerIdentity& identity, const ResumePoint& from) {
  if (!from.has_whole_history || !identity.gtid_mode_on) {
    return false;
  }
  // To MariaDB an empty set means its very first binary log, purged or not.
  return identity.flavour == Flavour::MySql || !from.executed.empty();
}

Status check_resumable(mysql::Connection& connection, const ResumePoint& from) {
  const auto identity = identify(connection);
  if (!identity) {
    return identity.error();
  }
  if (resumes_by_gtid(*identity, from)) {
    return identity->flavour == Flavour::MySql ? check_mysql_gtids(connection, from)
                                               : check_mariadb_gtids(connection, from);
  }
  if (!from.position.file.empty()) {
    return check_file(connection, from);
  }
  if (from.executed.empty()) {
    return Error{ErrorCode::InvalidConfig,
                 "there is neither a GTID set nor a file and position to begin at"};
  }
  return Error{ErrorCode::Rejected,
               "the start is given by GTIDs, but the server's gtid_mode is not ON; give a file and "
               "position, or switch it on"};
}

}  // namespace replikey::source
