#include "replikey/source/server_check.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "replikey/source/foreign_keys.hpp"

namespace replikey::source {
namespace {

using Severity = Finding::Severity;
using Variables = std::map<std::string, std::string, std::less<>>;
using TableName = std::pair<std::string, std::string>;

constexpr std::string_view kAsked =
    "'log_bin','server_id','binlog_format','binlog_row_image','binlog_row_metadata',"
    "'binlog_row_value_options','binlog_transaction_compression','log_bin_compress',"
    "'log_slave_updates','log_replica_updates','gtid_mode','binlog_expire_logs_seconds',"
    "'expire_logs_days','innodb_native_foreign_keys'";

std::string quoted_name(std::string_view name) {
  std::string quoted = "`";
  for (const char c : name) {
    quoted += c;
    if (c == '`') {
      quoted += c;
    }
  }
  return quoted + "`";
}

class ServerCheck {
 public:
  ServerCheck(mysql::Connection& connection, const CheckOptions& options)
      : connection_{connection}, options_{options} {}

  Result<std::vector<Finding>> run();

 private:
  Status read_server();
  Status read_tables();
  void check_binlog();
  void check_row_events();
  void check_compression();
  void check_replica();
  void check_filters();
  void check_retention();
  void check_privileges();
  void check_select();
  void check_rules();
  Status check_cascades();
  void report_cascade(const TableName& table, const Cascade& cascade);
  [[nodiscard]] bool may_replicate();

  void add(Severity severity, std::string what, std::string mend) {
    findings_.push_back({severity, std::move(what), std::move(mend)});
  }
  [[nodiscard]] std::optional<std::string> variable(std::string_view name) const {
    const auto found = variables_.find(name);
    return found == variables_.end() ? std::nullopt : std::optional{found->second};
  }
  [[nodiscard]] bool is_mysql() const { return connection_.flavour() == Flavour::MySql; }
  /// The statement that sets it for good, as far as this server can.
  [[nodiscard]] std::string set(const std::string& assignment) const {
    if (is_mysql() && connection_.version().at_least(8, 0, 11)) {
      return "SET PERSIST " + assignment + ";";
    }
    return "SET GLOBAL " + assignment + ";  -- and under [mysqld] in the server's configuration";
  }
  [[nodiscard]] bool is_ruled(std::string_view database, std::string_view table) const {
    return options_.is_ruled && options_.is_ruled(database, table);
  }

  mysql::Connection& connection_;
  const CheckOptions& options_;
  Variables variables_;
  std::string account_;
  std::string grants_;                ///< All of SHOW GRANTS, in upper case.
  std::map<TableName, bool> tables_;  ///< Visible ones; whether SELECT is granted.
  std::vector<Finding> findings_;
};

std::string upper_case(std::string_view text) {
  std::string upper{text};
  for (char& c : upper) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return upper;
}

Status ServerCheck::read_server() {
  auto variables = connection_.query("SHOW GLOBAL VARIABLES WHERE Variable_name IN (" +
                                     std::string{kAsked} + ")");
  if (!variables) {
    return std::move(variables).error();
  }
  for (std::size_t row = 0; row < variables->rows.size(); ++row) {
    variables_.emplace(variables->text(row, 0), variables->text(row, 1));
  }
  auto account = connection_.query_value("SELECT CURRENT_USER()");
  if (!account) {
    return std::move(account).error();
  }
  const std::string name = account->value_or("");
  const std::size_t at = name.rfind('@');
  account_ = connection_.quote(name.substr(0, at)) + "@" +
             connection_.quote(at == std::string::npos ? "%" : name.substr(at + 1));
  auto grants = connection_.query("SHOW GRANTS");
  if (!grants) {
    return std::move(grants).error();
  }
  for (std::size_t row = 0; row < grants->rows.size(); ++row) {
    grants_ += upper_case(grants->text(row, 0)) + "\n";
  }
  return ok();
}

Status ServerCheck::read_tables() {
  auto tables = connection_.query(
      "SELECT c.TABLE_SCHEMA, c.TABLE_NAME, MAX(c.PRIVILEGES LIKE '%select%')"
      " FROM information_schema.COLUMNS c JOIN information_schema.TABLES t"
      " ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME"
      " WHERE t.TABLE_TYPE NOT LIKE '%VIEW%' AND c.TABLE_SCHEMA NOT IN"
      " ('mysql','information_schema','performance_schema','sys')"
      " GROUP BY c.TABLE_SCHEMA, c.TABLE_NAME");
  if (!tables) {
    return std::move(tables).error();
  }
  for (std::size_t row = 0; row < tables->rows.size(); ++row) {
    tables_.emplace(TableName{tables->text(row, 0), tables->text(row, 1)},
                    tables->text(row, 2) == "1");
  }
  return ok();
}

void ServerCheck::check_binlog() {
  if (variable("log_bin") != "ON") {
    add(Severity::Error, "log_bin is OFF: the server writes no binary log",
        "log_bin = binlog  -- with a server_id, under [mysqld]; then restart the server");
  }
  if (variable("server_id") == "0") {
    add(Severity::Error, "server_id is 0: the server sends its binary log to nobody",
        set("server_id = 1"));
  }
}

void ServerCheck::check_row_events() {
  constexpr std::string_view kSessions = "; sessions that are open keep the old value";
  const auto want = [&](const std::string& name, std::string_view value, std::string_view why) {
    const auto now = variable(name);
    if (now && upper_case(*now) != value) {
      add(Severity::Error,
          name + " is " + *now + ", not " + std::string{value} + ": " + std::string{why} +
              std::string{kSessions},
          set(name + " = '" + std::string{value} + "'"));
    }
  };
  want("binlog_format", "ROW", "changes come as statements, which say no rows");
  want("binlog_row_image", "FULL", "rows come with columns missing");
  const auto options = variable("binlog_row_value_options");
  if (options && !options->empty()) {
    add(Severity::Error,
        "binlog_row_value_options is " + *options + ": JSON columns come as differences" +
            std::string{kSessions},
        set("binlog_row_value_options = ''"));
  }
  const auto metadata = variable("binlog_row_metadata");
  if (!metadata) {
    add(Severity::Info,
        "this server cannot send column names with its events: they are taken from "
        "information_schema as it is at the time of reading",
        "");
  } else if (upper_case(*metadata) != "FULL") {
    add(Severity::Warning,
        "binlog_row_metadata is " + *metadata +
            ": column names are taken from information_schema as it is at the time of reading, "
            "not as it was at the event",
        set("binlog_row_metadata = 'FULL'"));
  }
}

void ServerCheck::check_compression() {
  for (const char* name : {"binlog_transaction_compression", "log_bin_compress"}) {
    if (variable(name) == "ON") {
      add(Severity::Error,
          std::string{name} + " is ON: this version of replikey does not read compressed events",
          set(std::string{name} + " = OFF"));
    }
  }
}

void ServerCheck::check_replica() {
  const bool has_new_name = variable("log_replica_updates").has_value();
  const std::string name = has_new_name ? "log_replica_updates" : "log_slave_updates";
  if (variable(name) != "OFF") {
    return;
  }
  const bool says_replica = is_mysql() && connection_.version().at_least(8, 0, 22);
  const auto status = connection_.query(says_replica ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS");
  const std::string mend = name + " = ON  -- under [mysqld]; then restart the server";
  if (!status) {
    add(Severity::Info,
        name +
            " is OFF: if this server is a replica, what it replicates is missing from its "
            "binary log",
        mend);
  } else if (!status->rows.empty()) {
    add(Severity::Error,
        "this server is a replica and " + name +
            " is OFF: what it replicates is missing from its binary log",
        mend);
  }
}

// The filters are no variables; the status of the log lists them.
void ServerCheck::check_filters() {
  const bool has_new_name = is_mysql() && connection_.version().at_least(8, 2);
  const auto status =
      connection_.query(has_new_name ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS");
  if (!status || status->rows.empty()) {
    return;
  }
  for (const char* name : {"Binlog_Do_DB", "Binlog_Ignore_DB"}) {
    const auto column = status->column(name);
    if (column && !status->text(0, *column).empty()) {
      add(Severity::Warning,
          std::string{name} + " is " + std::string{status->text(0, *column)} +
              ": the binary log lacks changes of some databases",
          "remove binlog-do-db and binlog-ignore-db under [mysqld]; then restart the server");
    }
  }
}

void ServerCheck::check_retention() {
  constexpr std::string_view kMeaning =
      "; a replikey that is stopped for longer finds its place purged";
  const std::string seconds = variable("binlog_expire_logs_seconds").value_or("0");
  const std::string days = variable("expire_logs_days").value_or("0");
  if (seconds != "0") {
    add(Severity::Info, "binary logs are kept for " + seconds + " s" + std::string{kMeaning}, "");
  } else if (days != "0") {
    add(Severity::Info, "binary logs are kept for " + days + " days" + std::string{kMeaning}, "");
  }
}

// Privileges that come by a role are not in SHOW GRANTS of MySQL: there the server is asked for
// something that needs the same one.
bool ServerCheck::may_replicate() {
  for (const std::string_view privilege :
       {"ALL PRIVILEGES ON *.*", "REPLICATION SLAVE", "REPLICATION REPLICA"}) {
    // "REPLICATION SLAVE ADMIN" is another one.
    for (std::size_t at = grants_.find(privilege); at != std::string::npos;
         at = grants_.find(privilege, at + 1)) {
      if (!std::string_view{grants_}.substr(at + privilege.size()).starts_with(" ADMIN")) {
        return true;
      }
    }
  }
  const bool says_replica = connection_.version().at_least(8, 0, 22);
  return is_mysql() &&
         connection_.execute(says_replica ? "SHOW REPLICAS" : "SHOW SLAVE HOSTS").has_value();
}

void ServerCheck::check_privileges() {
  constexpr unsigned kNoPrivilege = 1227;
  if (!may_replicate()) {
    add(Severity::Error, "the account lacks REPLICATION SLAVE: it may not read the binary log",
        "GRANT REPLICATION SLAVE ON *.* TO " + account_ + ";");
  }
  if (!connection_.execute("SHOW BINARY LOGS") && connection_.last_error() == kNoPrivilege) {
    const bool says_monitor = !is_mysql() && connection_.version().at_least(10, 5, 2);
    const std::string privilege = says_monitor ? "BINLOG MONITOR" : "REPLICATION CLIENT";
    add(Severity::Error, "the account lacks " + privilege + ": it may not ask where the log ends",
        "GRANT " + privilege + " ON *.* TO " + account_ + ";");
  }
}

void ServerCheck::check_select() {
  for (const auto& [name, has_select] : tables_) {
    if (!has_select && is_ruled(name.first, name.second)) {
      add(Severity::Error, "the account lacks SELECT on " + name.first + "." + name.second,
          "GRANT SELECT ON " + quoted_name(name.first) + "." + quoted_name(name.second) + " TO " +
              account_ + ";");
    }
  }
}

void ServerCheck::check_rules() {
  for (const auto& rule : options_.rules) {
    const bool is_idle = std::none_of(tables_.begin(), tables_.end(), [&rule](const auto& entry) {
      return rule.second(entry.first.first, entry.first.second);
    });
    if (is_idle) {
      add(Severity::Warning,
          "rule " + rule.first +
              " meets no table that the account can see; it may come, or lack a privilege",
          "GRANT SELECT ON `DATABASE`.* TO " + account_ + ";  -- with the name of the database");
    }
  }
}

// MySQL 9.6 and later write what a cascade changes, unless innodb_native_foreign_keys is ON.
// https://dev.mysql.com/doc/refman/9.7/en/replication-features-foreign-keys.html
Status ServerCheck::check_cascades() {
  if (variable("innodb_native_foreign_keys") == "OFF") {
    return ok();
  }
  for (const auto& [name, has_select] : tables_) {
    if (!has_select || !is_ruled(name.first, name.second)) {
      continue;
    }
    constexpr std::size_t kStatement = 1;
    const auto created = connection_.query("SHOW CREATE TABLE " + quoted_name(name.first) + "." +
                                           quoted_name(name.second));
    if (!created) {
      if (created.error().is_retryable()) {
        return created.error();
      }
      add(Severity::Warning,
          "cannot see the foreign keys of " + name.first + "." + name.second + ": " +
              created.error().message(),
          "");
      continue;
    }
    for (const Cascade& cascade : cascades_in(created->text(0, kStatement))) {
      report_cascade(name, cascade);
    }
  }
  return ok();
}

void ServerCheck::report_cascade(const TableName& table, const Cascade& cascade) {
  std::string mend = "ALTER TABLE " + quoted_name(table.first) + "." + quoted_name(table.second) +
                     " DROP FOREIGN KEY " + quoted_name(cascade.name) +
                     ";  -- and make the change in statements; or set foreign_key_cascades: accept";
  if (variable("innodb_native_foreign_keys") == "ON") {
    mend = "innodb_native_foreign_keys = OFF  -- under [mysqld]; then restart the server";
  }
  add(options_.accept_foreign_key_cascades ? Severity::Warning : Severity::Error,
      table.first + "." + table.second + " is changed by foreign key " + cascade.name + " (to " +
          cascade.referenced + ", " + cascade.actions +
          "), and the server does not write such changes to its binary log",
      std::move(mend));
}

Result<std::vector<Finding>> ServerCheck::run() {
  for (const auto read : {&ServerCheck::read_server, &ServerCheck::read_tables}) {
    if (auto done = (this->*read)(); !done) {
      return std::move(done).error();
    }
  }
  check_binlog();
  check_row_events();
  check_compression();
  check_privileges();
  check_select();
  check_replica();
  check_filters();
  check_rules();
  check_retention();
  if (auto checked = check_cascades(); !checked) {
    return std::move(checked).error();
  }
  std::stable_sort(findings_.begin(), findings_.end(),
                   [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
  return std::move(findings_);
}

}  // namespace

Result<std::vector<Finding>> check_server(mysql::Connection& connection,
                                          const CheckOptions& options) {
  return ServerCheck{connection, options}.run();
}

}  // namespace replikey::source
