#include "workload_run.hpp"

#include <iostream>
#include <string_view>
#include <thread>
#include <vector>

#include "oracle.hpp"
#include "seed.hpp"
#include "support/replikey_process.hpp"
#include "support/require_server.hpp"
#include "support/wait_until.hpp"
#include "workload.hpp"
#include <gtest/gtest.h>

namespace replikey::test {
namespace {

using namespace std::chrono_literals;

constexpr int kConnections = 3;

MysqlOptions mysql_options(const WorkloadCase& c) {
  MysqlOptions options{
      .gtid = c.gtid, .row_metadata = c.metadata == "FULL", .checksum = c.checksum};
  if (c.metadata == "NO_LOG") {
    options.flags = {"--binlog-row-metadata=NO_LOG"};
  }
  return options;
}

std::string_view metadata_name(std::string_view metadata) {
  if (metadata == "FULL") {
    return "";
  }
  return metadata == "MINIMAL" ? "Minimal" : "NoLog";
}

std::string config_for(const WorkloadCase& c, const MysqlServer& mysql, const RedisServer& redis) {
  const bool is_socket = c.link == Link::Socket;
  return "name: load\nmysql:\n" +
         (is_socket ? "  socket: " + mysql.socket() : "  port: " + std::to_string(mysql.port())) +
         "\n  user: replikey\n  password: replikey-secret\n  start: earliest\n" +
         (c.link == Link::Tls ? "  tls: {mode: required}\n" : "") + "redis:\n" +
         (is_socket ? "  socket: " + redis.socket() : "  port: " + std::to_string(redis.port())) +
         "\n  lanes: " + std::to_string(c.lanes) + "\n" + Workload::rules();
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const WorkloadCase& c) {
  out << c.mysql << c.redis << (c.gtid ? "" : "NoGtid") << metadata_name(c.metadata)
      << (c.checksum ? "" : "NoChecksum");
  switch (c.link) {
    case Link::Tcp: break;
    case Link::Socket: return out << "Socket";
    case Link::Tls: return out << "Tls";
  }
  return out;
}

void run_workload(const WorkloadCase& c) {
  REPLIKEY_REQUIRE_SERVER(c.mysql);
  REPLIKEY_REQUIRE_SERVER(c.redis);
  const auto seed = random_seed();
  const MysqlServer mysql{c.mysql, mysql_options(c)};
  const RedisServer redis{c.redis};
  static_cast<void>(mysql.create_replication_user());
  const Workload workload{mysql};
  workload.create_tables();

  workload.run(kConnections, c.transactions, seed);
  const auto config = config_for(c, mysql, redis);
  ReplikeyProcess replikey{config};
  ASSERT_TRUE(replikey.wait_for_log("the stream is open")) << replikey.stderr_text();
  workload.run(kConnections, c.transactions, seed + 1);
  {
    const auto before = workload.done();
    const std::jthread traffic{[&] { workload.run(kConnections, c.transactions, seed + 2); }};
    EXPECT_TRUE(wait_until([&] { return workload.done() > before + c.transactions / 2; }));
    EXPECT_EQ(replikey.terminate(), 0) << replikey.stderr_text();
    replikey.start();
  }
  const auto end = mysql.binlog_end();
  EXPECT_TRUE(wait_until(
      [&] { return is_settled(redis.client(), "load", end) || !replikey.is_running(); }, 60s));
  EXPECT_EQ(replikey.terminate(), 0) << replikey.stderr_text();

  std::size_t keys = 0;
  const auto lines = differences(mysql.client(), redis.client(), workload.expected(), &keys);
  for (const auto& line : lines) {
    ADD_FAILURE() << line;
  }
  std::cout << "transactions " << workload.done() << ", keys at the end " << keys << '\n';
  EXPECT_GT(keys, 100U);
  if (::testing::Test::HasFailure()) {
    std::cout << replikey.stderr_text();
  }
}

}  // namespace replikey::test
