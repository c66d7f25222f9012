// The server or the way to it fails while replikey runs: it waits and goes on.

#include <string>

#include "scenario.hpp"
#include "support/require_server.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace replikey::test {
namespace {

class MysqlFailures : public Scenario, public ::testing::WithParamInterface<MysqlFlavour> {
 protected:
  void SetUp() override {
    REPLIKEY_REQUIRE_SERVER(GetParam());
    REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
    serve(GetParam(), {.durable = true});
    insert(1, 3);
  }
};

TEST_P(MysqlFailures, ARestartIsWaitedFor) {
  start();
  expect_strings_equal();
  mysql_->stop();
  EXPECT_TRUE(replikey_->wait_for_log("lost the binary log stream")) << replikey_->stderr_text();
  mysql_->start();
  insert(4, 6);
  expect_strings_equal();
  mysql_->kill();
  mysql_->start();
  insert(7, 9);
  expect_strings_equal();
  stop();
  for (int id = 1; id <= 9; ++id) {
    EXPECT_EQ(count_in_aof("article:" + std::to_string(id)), 1U) << id;
  }
}

TEST_P(MysqlFailures, AKilledDumpThreadIsStartedAgain) {
  start();
  expect_strings_equal();
  Load load{*mysql_};
  auto client = mysql_->client();
  int killed = 0;
  while (killed < 3) {
    for (const auto& row : client.query("SELECT ID FROM information_schema.PROCESSLIST "
                                        "WHERE COMMAND LIKE 'Binlog Dump%'")) {
      killed += client.try_exec("KILL " + row.at(0).value()) ? 0 : 1;
    }
    load.await(20);
  }
  load.finish();
  expect_strings_equal();
  expect_settled();
  stop();
}

class WaitingForMysql : public Scenario {};

TEST_F(WaitingForMysql, IsEndedBySigterm) {
  REPLIKEY_REQUIRE_SERVER(MysqlFlavour::MariaDb1011);
  REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
  serve(MysqlFlavour::MariaDb1011, {.durable = true});
  insert(1, 3);
  start();
  expect_strings_equal();
  mysql_->stop();
  EXPECT_TRUE(replikey_->wait_for_log("lost the binary log stream")) << replikey_->stderr_text();
  stop();
  mysql_->start();
  insert(4, 6);
  start();
  expect_strings_equal();
}

INSTANTIATE_TEST_SUITE_P(Every, MysqlFailures,
                         ::testing::Values(MysqlFlavour::MySql56, MysqlFlavour::MySql97,
                                           MysqlFlavour::MariaDb1011, MysqlFlavour::MariaDb118),
                         [](const auto& tested) { return std::string{to_string(tested.param)}; });

}  // namespace
}  // namespace replikey::test
