#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "replikey/base/result.hpp"
#include "replikey/model/flavour.hpp"
#include "replikey/model/gtid_set.hpp"
#include "replikey/model/resume_point.hpp"
#include "replikey/mysql/connection.hpp"

namespace replikey::source {

/// Which server is on the other end, so that another one behind the same address is noticed.
struct ServerIdentity {
  Flavour flavour = Flavour::MySql;
  std::string version;
  std::string uuid;  ///< MySQL: server_uuid. MariaDB: server_uid where it exists, else id and host.
  std::uint32_t server_id = 0;
  bool gtid_mode_on = false;  ///< MariaDB writes GTIDs always.

  friend bool operator==(const ServerIdentity&, const ServerIdentity&) = default;
};

/// One binary log of the server.
struct BinlogFile {
  std::string name;
  std::uint64_t size = 0;

  friend bool operator==(const BinlogFile&, const BinlogFile&) = default;
};

/// All of these ask over an ordinary connection (never the one that dumps) and fail as it does.
[[nodiscard]] Result<ServerIdentity> identify(mysql::Connection& connection);
/// Oldest first.
[[nodiscard]] Result<std::vector<BinlogFile>> binary_logs(mysql::Connection& connection);
/// The end of the binary log now, with all that is executed up to there.
[[nodiscard]] Result<ResumePoint> latest_position(mysql::Connection& connection);
/// The beginning of the oldest binary log the server still has.
[[nodiscard]] Result<ResumePoint> earliest_position(mysql::Connection& connection);
/// All transactions that stand, or stood, in this server's binary log.
[[nodiscard]] Result<GtidSet> executed_gtids(mysql::Connection& connection);
/// Those of them that stand there no longer.
[[nodiscard]] Result<GtidSet> purged_gtids(mysql::Connection& connection);
/// How many transactions, or bytes where there are no GTIDs, `from` is behind the end.
struct Backlog {
  std::optional<std::uint64_t> transactions;  ///< MySQL with GTIDs.
  std::uint64_t bytes = 0;
};
[[nodiscard]] Result<Backlog> backlog(mysql::Connection& connection, const ResumePoint& from);

/// Whether the server can go on from there. Rejected, with the ways out, when it has purged what
/// comes next, or when its history does not hold ours.
[[nodiscard]] Status check_resumable(mysql::Connection& connection, const ResumePoint& from);

/// Whether a stream that begins there is asked for by GTID instead of by file and position.
[[nodiscard]] bool resumes_by_gtid(const ServerIdentity& identity, const ResumePoint& from);

}  // namespace replikey::source
