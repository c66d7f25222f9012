// What keeps replikey from starting: the message, the exit code, and that it starts once mended.

#include <string>
#include <vector>

#include "scenario.hpp"
#include "support/free_port.hpp"
#include "support/require_server.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace replikey::test {
namespace {

using ::testing::HasSubstr;

class FailuresAtStart : public Scenario {
 protected:
  void SetUp() override {
    REPLIKEY_REQUIRE_SERVER(MysqlFlavour::MariaDb1011);
    REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
    serve(MysqlFlavour::MariaDb1011);
    insert(1, 3);
  }
};

TEST_F(FailuresAtStart, WrongMysqlPassword) {
  expect_failing_start({.password = "wrong"}, kRefused, {"Access denied", "replikey"});
  EXPECT_TRUE(redis_->client().keys().empty());
  start();
  expect_strings_equal();
}

TEST_F(FailuresAtStart, WrongRedisPassword) {
  redis_->client().command({"CONFIG", "SET", "requirepass", "right"});
  expect_failing_start({}, kRefused, {"NOAUTH", "mend: set redis.username and redis.password"});
  expect_failing_start({.redis_password = "wrong"}, kRefused, {"WRONGPASS", "mend: "});
  start({.redis_password = "right"});
  stop();
}

TEST_F(FailuresAtStart, NobodyListens) {
  const auto port = free_port();
  const auto place = "127.0.0.1:" + std::to_string(port);
  expect_failing_start({.mysql_port = port}, kUnreachable, {place});
  expect_failing_start({.redis_port = port}, kUnreachable, {place});
  EXPECT_TRUE(redis_->client().keys().empty());
  start();
  expect_strings_equal();
}

TEST_F(FailuresAtStart, ARedisThatMayEvictProgress) {
  redis_->client().command({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  expect_failing_start({}, kRefused,
                       {"maxmemory-policy allkeys-lru", "mend: CONFIG SET", "eviction: accept"});
  EXPECT_TRUE(redis_->client().keys().empty());
  start({.redis = "  eviction: accept\n"});
  expect_strings_equal();
}

TEST_F(FailuresAtStart, ARedisThatIsAReplica) {
  redis_->client().command({"REPLICAOF", "127.0.0.1", std::to_string(free_port())});
  expect_failing_start({}, kRefused, {"is a replica", "mend: point redis.host at its primary"});
  redis_->client().command({"REPLICAOF", "NO", "ONE"});
  start();
  expect_strings_equal();
}

TEST_F(FailuresAtStart, ARuleForADatabaseThatIsYetToCome) {
  start({.rules = std::string{kStringRule} + "  - table: later.note\n    key: \"note:{id}\"\n"});
  EXPECT_THAT(replikey_->stderr_text(), HasSubstr("rule later.note meets no table"));
  expect_strings_equal();
  sql("CREATE DATABASE later; CREATE TABLE later.note (id INT PRIMARY KEY, text VARCHAR(20)); "
      "INSERT INTO later.note VALUES (7, 'seven')");
  EXPECT_TRUE(wait_until([&] {
    return redis_->client().get("note:7") == R"({"id":7,"text":"seven"})";
  })) << replikey_->stderr_text();
  stop();
}

TEST_F(FailuresAtStart, WrongYaml) {
  struct Wrong {
    std::string text;
    std::string place;
    std::string words;
  };
  const std::string head = "name: shop\nmysql: {user: u}\n";
  const std::string rule = head + "rules:\n  - table: shop.article\n    key: \"a:{id}\"\n";
  const std::vector<Wrong> wrongs{
      {"", ":1:1: ", "the file is empty"},
      {"- a\n", ":1:1: ", "must be a map of keys"},
      {"name: shop\nmysql:\n\tuser: u\n", ":3:", "use spaces"},
      {head + "rules: []\n", ":3:8: ", "there is no rule"},
      {rule + "time_zon: UTC\n", ":6:1: ", "did you mean \"time_zone\"?"},
      {rule + "redis: {lanes: many}\n", ":6:16: ", "\"many\" is no whole number"},
      {rule + "    type: hsah\n", ":6:11: ", "did you mean \"hash\"?"},
      {rule + "    columns: [a]\n    exclude_columns: [b]\n", ":7:22: ", "only one of them"},
      {rule + "shutdown_timeout: 10\n", ":6:19: ", "has no unit"},
      {head + "rules:\n  - table: article\n    key: \"a:{id}\"\n", ":4:12: ", "database.table"},
      {head + "rules:\n  - table: shop.article\n    key: \"a:{id\"\n", ":5:10: ", "key template"},
      {rule + "name: again\n", ":6:1: ", "stands here twice"},
  };
  for (const auto& wrong : wrongs) {
    const auto outcome = ReplikeyProcess::run(wrong.text);
    EXPECT_EQ(outcome.exit_code, kConfiguration) << wrong.text;
    EXPECT_THAT(outcome.stderr_text, HasSubstr("replikey.yaml" + wrong.place)) << wrong.text;
    EXPECT_THAT(outcome.stderr_text, HasSubstr(wrong.words)) << wrong.text;
  }
}

class MissingPrivilege : public Scenario, public ::testing::WithParamInterface<MysqlFlavour> {
 protected:
  void SetUp() override {
    REPLIKEY_REQUIRE_SERVER(GetParam());
    REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
    serve(GetParam());
    insert(1, 3);
    grant("CREATE USER poor@'%' IDENTIFIED BY 'replikey-secret'");
  }
  void grant(const std::string& statement) { sql("SET sql_log_bin = 0; " + statement); }
  void expect_advice(const std::string& privilege) {
    expect_failing_start(
        {.user = "poor"}, kRefused,
        {"the account lacks " + privilege, "mend: GRANT " + privilege + " ON ", "TO 'poor'@'%'"});
    EXPECT_TRUE(redis_->client().keys().empty());
  }
};

TEST_P(MissingPrivilege, IsNamedWithItsGrant) {
  const std::string client = is_mariadb(GetParam()) ? "BINLOG MONITOR" : "REPLICATION CLIENT";
  grant("GRANT SELECT, " + client + " ON *.* TO poor@'%'");
  expect_advice("REPLICATION SLAVE");
  grant("REVOKE " + client + " ON *.* FROM poor@'%'; GRANT REPLICATION SLAVE ON *.* TO poor@'%'");
  expect_advice(client);
  grant("GRANT " + client +
        " ON *.* TO poor@'%'; REVOKE SELECT ON *.* FROM poor@'%'; "
        "GRANT INSERT ON shop.* TO poor@'%'");
  expect_failing_start({.user = "poor"}, kRefused, {"SELECT", "mend: GRANT SELECT ON "});
  grant("GRANT SELECT ON shop.* TO poor@'%'");
  start({.user = "poor"});
  expect_strings_equal();
}

INSTANTIATE_TEST_SUITE_P(Every, MissingPrivilege,
                         ::testing::Values(MysqlFlavour::MySql56, MysqlFlavour::MySql97,
                                           MysqlFlavour::MariaDb1011, MysqlFlavour::MariaDb118),
                         [](const auto& tested) { return std::string{to_string(tested.param)}; });

}  // namespace
}  // namespace replikey::test
