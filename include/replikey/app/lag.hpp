#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "replikey/base/result.hpp"
#include "replikey/model/gtid_set.hpp"
#include "replikey/model/resume_point.hpp"
#include "replikey/mysql/connection.hpp"

namespace replikey::app {

/// How far a place is behind the end of the server's binlog.
struct Lag {
  std::int64_t seconds = 0;
  std::optional<std::uint64_t> transactions;  ///< Nothing where the server has no GTIDs.
  std::uint64_t bytes = 0;
};

/// `committed_at` is when the last transaction before `from` was committed, seconds UTC. Fails as
/// the connection does.
[[nodiscard]] Result<Lag> lag_behind(mysql::Connection& connection, const ResumePoint& from,
                                     std::int64_t committed_at);

/// "3 s, 12 transactions" or "3 s, 4096 bytes".
[[nodiscard]] std::string to_string(const Lag& lag);

/// MariaDB: transactions of `to` that `from` does not hold, counted by sequence numbers.
[[nodiscard]] std::uint64_t sequence_distance(const GtidSet& from, const GtidSet& to);

}  // namespace replikey::app
