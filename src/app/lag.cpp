#include "replikey/app/lag.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>

#include "replikey/model/gtid.hpp"
#include "replikey/source/server_control.hpp"

namespace replikey::app {
namespace {

/// Last sequence number of each domain of a MariaDB set.
std::map<std::uint32_t, std::uint64_t> domains_of(const GtidSet& set) {
  std::map<std::uint32_t, std::uint64_t> domains;
  const auto text = set.to_string();
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    if (const auto gtid = parse_gtid(std::string_view{text}.substr(begin, end - begin))) {
      domains[gtid->domain] = gtid->sequence;
    }
    begin = end + 1;
  }
  return domains;
}

Result<std::int64_t> server_time(mysql::Connection& connection) {
  auto text = connection.query_value("SELECT UNIX_TIMESTAMP()");
  if (!text) {
    return std::move(text).error();
  }
  std::int64_t seconds = 0;
  const std::string digits = text->value_or("0");
  std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  return seconds;
}

}  // namespace

std::uint64_t sequence_distance(const GtidSet& from, const GtidSet& to) {
  const auto ours = domains_of(from);
  std::uint64_t distance = 0;
  for (const auto& [domain, sequence] : domains_of(to)) {
    const auto found = ours.find(domain);
    const std::uint64_t reached = found == ours.end() ? 0 : found->second;
    distance += sequence > reached ? sequence - reached : 0;
  }
  return distance;
}

Result<Lag> lag_behind(mysql::Connection& connection, const ResumePoint& from,
                       std::int64_t committed_at) {
  const auto backlog = source::backlog(connection, from);
  if (!backlog) {
    return backlog.error();
  }
  Lag lag{.seconds = 0, .transactions = backlog->transactions, .bytes = backlog->bytes};
  if (connection.flavour() == Flavour::MariaDb && from.has_whole_history) {
    const auto executed = source::executed_gtids(connection);
    if (!executed) {
      return executed.error();
    }
    lag.transactions = sequence_distance(from.executed, *executed);
  }
  const bool is_behind = lag.transactions ? *lag.transactions > 0 : lag.bytes > 0;
  if (is_behind) {
    const auto now = server_time(connection);
    if (!now) {
      return now.error();
    }
    lag.seconds = committed_at == 0 ? 0 : std::max<std::int64_t>(0, *now - committed_at);
  }
  return lag;
}

std::string to_string(const Lag& lag) {
  return std::to_string(lag.seconds) + " s, " +
         (lag.transactions ? std::to_string(*lag.transactions) + " transactions"
                           : std::to_string(lag.bytes) + " bytes");
}

}  // namespace replikey::app
