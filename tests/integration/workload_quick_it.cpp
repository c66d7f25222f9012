// One short run over every plain type, from MySQL's log to Redis: for every build there is.

#include <string>

#include "oracle.hpp"
#include "support/require_server.hpp"
#include "workload_run.hpp"
#include <gtest/gtest.h>

namespace replikey::test {
namespace {

TEST(Oracle, SeesWhatDiffers) {
  REPLIKEY_REQUIRE_SERVER(MysqlFlavour::MySql97);
  REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis8);
  const MysqlServer mysql{MysqlFlavour::MySql97};
  const RedisServer redis{RedisFlavour::Redis8};
  mysql.client().exec(
      "CREATE DATABASE shop; CREATE TABLE shop.t (n DECIMAL(9,2), f FLOAT, s VARCHAR(9), "
      "b BINARY(2), j JSON); INSERT INTO shop.t VALUES (1.50, 0.1, 'é\"', x'6100', '[1, 2]')");
  ExpectedKeys rule{"shop.t",
                    "CONCAT('t:', n)",
                    false,
                    false,
                    {{"n", Kind::Decimal},
                     {"f", Kind::Float},
                     {"s", Kind::Text},
                     {"b", Kind::Bytes},
                     {"j", Kind::Json}}};
  auto client = redis.client();
  const auto count = [&] { return differences(mysql.client(), redis.client(), {rule}).size(); };
  const auto set = [&](const std::string& document) {
    client.command({"SET", "t:1.50", document});
    return count();
  };
  EXPECT_EQ(count(), 1U);
  EXPECT_EQ(set(R"({"n":1.50,"f":0.1,"s":"é\"","b":"YQA=","j":[1,2]})"), 0U);
  EXPECT_EQ(set(R"({"n":1.5,"f":0.1,"s":"é\"","b":"YQA=","j":[1,2]})"), 1U);
  EXPECT_EQ(set(R"({"n":1.50,"f":0.2,"s":"é","b":"YQ==","j":[2,1]})"), 4U);
  EXPECT_EQ(set(R"({"f":0.1,"s":"é\"","b":"YQA=","j":[1,2]})"), 1U);
  EXPECT_EQ(set("no document"), 1U);
  client.command({"DEL", "t:1.50"});
  rule.is_hash = true;
  const auto hset = [&](const std::string& number, const std::string& bytes) {
    client.command(
        {"HSET", "t:1.50", "n", number, "f", "0.1", "s", "é\"", "b", bytes, "j", "[1, 2]"});
    return count();
  };
  EXPECT_EQ(hset("1.50", std::string{"a\0", 2}), 0U);
  EXPECT_EQ(hset("1.5", "a"), 2U);
  EXPECT_EQ(hset("1.50", std::string{"a\0", 2}), 0U);
  client.command({"HSET", "t:1.50", "more", ""});
  client.command({"SET", "other", ""});
  EXPECT_EQ(count(), 2U);
}

TEST(EndToEnd, RedisHoldsWhatSelectGives) {
  run_workload({.mysql = MysqlFlavour::MySql97,
                .redis = RedisFlavour::Redis8,
                .lanes = 3,
                .transactions = 60});
}

}  // namespace
}  // namespace replikey::test
