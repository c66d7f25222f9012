// Where a pipeline without progress begins: each `start` gives exactly the rows behind it.

#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <utility>

#include "support/mysql_server.hpp"
#include "support/redis_server.hpp"
#include "support/replikey_process.hpp"
#include "support/require_server.hpp"
#include "support/wait_until.hpp"
#include <gtest/gtest.h>

namespace replikey::test {
namespace {

struct StartCase {
  MysqlFlavour flavour = MysqlFlavour::MySql97;
  bool gtid = true;
};

std::ostream& operator<<(std::ostream& out, const StartCase& c) {
  return out << c.flavour << (c.gtid ? "" : "NoGtid");
}

class Start : public ::testing::TestWithParam<StartCase> {
 protected:
  void SetUp() override {
    REPLIKEY_REQUIRE_SERVER(GetParam().flavour);
    REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
    mysql_ =
        std::make_unique<MysqlServer>(GetParam().flavour, MysqlOptions{.gtid = GetParam().gtid});
    redis_ = std::make_unique<RedisServer>();
    static_cast<void>(mysql_->create_replication_user());
    sql("CREATE DATABASE shop; CREATE TABLE shop.t (id INT PRIMARY KEY)");
  }

  void sql(std::string_view text) const { mysql_->client().exec(text); }
  /// In a transaction each.
  void insert(int first, int last) const {
    for (int id = first; id <= last; ++id) {
      sql("INSERT INTO shop.t VALUES (" + std::to_string(id) + ")");
    }
  }

  [[nodiscard]] std::string config(std::string_view start) const {
    return "name: s\nmysql:\n  port: " + std::to_string(mysql_->port()) +
           "\n  user: replikey\n  password: replikey-secret\n  start: " + std::string{start} +
           "\nredis:\n  port: " + std::to_string(redis_->port()) +
           "\nrules:\n  - {table: shop.t, key: \"{id}\"}\n";
  }

  /// The rows that arrive when it begins as `start` says and goes on to the end of the log.
  std::set<int> arriving(std::string_view start) {
    redis_->client().flush_all();
    const auto outcome = ReplikeyProcess::run(config(start), {"run", "--catch-up"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.stderr_text;
    return rows();
  }

  [[nodiscard]] std::set<int> rows() const {
    std::set<int> out;
    for (const auto& key : redis_->client().keys()) {
      if (!key.starts_with("replikey:")) {
        out.insert(std::stoi(key));
      }
    }
    return out;
  }

  static std::set<int> range(int first, int last) {
    std::set<int> out;
    for (int i = first; i <= last; ++i) {
      out.insert(i);
    }
    return out;
  }

  std::unique_ptr<MysqlServer> mysql_;
  std::unique_ptr<RedisServer> redis_;
};

TEST_P(Start, EarliestGivesAllThatTheLogsHold) {
  insert(1, 3);
  sql("FLUSH BINARY LOGS");
  insert(4, 6);
  EXPECT_EQ(arriving("earliest"), range(1, 6));
  EXPECT_TRUE(wait_until([&] {
    sql("PURGE BINARY LOGS TO 'binlog.000002'");  // MariaDB does not yet while it needs the log
    return mysql_->client().query("SHOW BINARY LOGS").size() == 1;
  }));
  EXPECT_EQ(arriving("earliest"), range(4, 6));
}

TEST_P(Start, LatestGivesWhatComesLater) {
  insert(1, 3);
  EXPECT_EQ(arriving("latest"), std::set<int>{});
  redis_->client().flush_all();
  ReplikeyProcess replikey{config("latest")};
  ASSERT_TRUE(replikey.wait_for_log("the stream is open")) << replikey.stderr_text();
  insert(4, 5);
  EXPECT_TRUE(wait_until([&] { return rows() == range(4, 5); })) << replikey.stderr_text();
  EXPECT_EQ(replikey.terminate(), 0);
  insert(6, 7);  // its progress counts from here on, not `latest`
  replikey.start();
  EXPECT_TRUE(wait_until([&] { return rows() == range(4, 7); })) << replikey.stderr_text();
  EXPECT_EQ(replikey.terminate(), 0);
}

TEST_P(Start, FileAndPositionGiveWhatStandsBehindThem) {
  insert(1, 3);
  const auto place = mysql_->binlog_end();
  insert(4, 6);
  sql("FLUSH BINARY LOGS");
  insert(7, 7);
  const auto later = mysql_->binlog_end();
  insert(8, 8);
  const auto start = [](const MysqlServer::BinlogEnd& at) {
    return "{file: " + at.file + ", position: " + std::to_string(at.position) + "}";
  };
  EXPECT_EQ(arriving(start(place)), range(4, 8));
  EXPECT_EQ(arriving(start(later)), range(8, 8));
  EXPECT_EQ(arriving("{file: binlog.000002, position: 4}"), range(7, 8));
}

TEST_P(Start, GtidGivesWhatTheSetLacks) {
  if (!GetParam().gtid) {
    GTEST_SKIP() << "a server without GTIDs";
  }
  insert(1, 3);
  auto executed =
      mysql_->client().value(is_mariadb(GetParam().flavour) ? "SELECT @@GLOBAL.gtid_binlog_pos"
                                                            : "SELECT @@GLOBAL.gtid_executed");
  insert(4, 5);
  sql("FLUSH BINARY LOGS");
  insert(6, 6);
  EXPECT_EQ(arriving("{gtid: \"" + executed + "\"}"), range(4, 6));
}

TEST_P(Start, TimestampGivesWhatWasCommittedAtItOrLater) {
  auto client = mysql_->client();
  client.exec("SET time_zone = '+00:00'");
  const auto now = [&] { return client.value("SELECT NOW()"); };
  const auto next_second = [&] {
    const auto before = now();
    EXPECT_TRUE(wait_until([&] { return now() != before; }));
    return now();
  };
  const auto before_all = now();
  static_cast<void>(next_second());
  insert(1, 3);
  const auto second = next_second();
  insert(4, 5);
  sql("FLUSH BINARY LOGS");
  insert(6, 6);
  const auto third = next_second();
  insert(7, 8);
  EXPECT_EQ(arriving("{timestamp: \"" + second + "Z\"}"), range(4, 8));
  EXPECT_EQ(arriving("{timestamp: \"" + third + "Z\"}"), range(7, 8));
  EXPECT_EQ(arriving("{timestamp: \"" + before_all + "Z\"}"), range(1, 8));
  EXPECT_EQ(arriving("{timestamp: \"2037-01-01 00:00:00Z\"}"), std::set<int>{});
}

INSTANTIATE_TEST_SUITE_P(
    Servers, Start,
    ::testing::Values(StartCase{MysqlFlavour::MySql97}, StartCase{MysqlFlavour::MySql97, false},
                      StartCase{MysqlFlavour::MySql56}, StartCase{MysqlFlavour::MySql56, false},
                      StartCase{MysqlFlavour::MariaDb1011}, StartCase{MysqlFlavour::MariaDb118}),
    [](const auto& instance) { return ::testing::PrintToString(instance.param); });

}  // namespace
}  // namespace replikey::test
