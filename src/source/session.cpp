#include "session.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace replikey::source {
namespace {

// The server must wait for us as long as Redis may make us wait.
constexpr int kServerPatienceSeconds = 3600;

}  // namespace

Result<ChecksumAlgorithm> prepare_session(mysql::Connection& connection, const Options& options,
                                          const ServerIdentity& server, const ResumePoint& from) {
  auto algorithm = connection.query_value("SELECT @@global.binlog_checksum");
  if (!algorithm) {
    return std::move(algorithm).error();
  }
  const std::string name = algorithm->value_or("NONE");
  const std::string heartbeat = std::to_string(std::chrono::nanoseconds{options.heartbeat}.count());
  const std::string uuid = connection.quote(options.replica_uuid);
  const std::string patience = std::to_string(kServerPatienceSeconds);
  std::string sql =
      "SET @master_binlog_checksum = '" + name + "', @source_binlog_checksum = '" + name +
      "', @master_heartbeat_period = " + heartbeat + ", @source_heartbeat_period = " + heartbeat +
      ", @slave_uuid = " + uuid + ", @replica_uuid = " + uuid + ", @mariadb_slave_capability = 4" +
      ", SESSION net_write_timeout = " + patience + ", SESSION net_read_timeout = " + patience;
  if (server.flavour == Flavour::MariaDb && resumes_by_gtid(server, from)) {
    sql += ", @slave_connect_state = " + connection.quote(from.executed.to_string()) +
           ", @slave_gtid_strict_mode = 0, @slave_gtid_ignore_duplicates = 0";
  }
  if (auto set = connection.execute(sql); !set) {
    return std::move(set).error();
  }
  return name == "CRC32" ? ChecksumAlgorithm::Crc32 : ChecksumAlgorithm::None;
}

}  // namespace replikey::source
