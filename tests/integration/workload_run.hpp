#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>

#include "support/mysql_server.hpp"
#include "support/redis_server.hpp"

namespace replikey::test {

enum class Link : std::uint8_t { Tcp, Socket, Tls };

/// Two servers and how replikey reaches them.
struct WorkloadCase {
  MysqlFlavour mysql = MysqlFlavour::MySql97;
  RedisFlavour redis = RedisFlavour::Redis7;
  bool gtid = true;
  std::string metadata = "FULL";  ///< binlog_row_metadata; else the catalogue names columns.
  bool checksum = true;
  Link link = Link::Tcp;
  int lanes = 2;
  int transactions = 250;  ///< Of each connection, in each of three rounds.
};

std::ostream& operator<<(std::ostream& out, const WorkloadCase& c);

/// Rows change before replikey starts, while it runs and while it is restarted; then Redis must
/// hold what SELECT gives and nothing else.
void run_workload(const WorkloadCase& c);

}  // namespace replikey::test
