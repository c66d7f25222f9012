// A key that holds another type: the failed change is never lost, and the others of its batch are
// not applied again, whether or not replikey lived to read the replies.

#include <string>

#include "scenario.hpp"
#include "support/proxy.hpp"
#include "support/require_server.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace replikey::test {
namespace {

using ::testing::HasSubstr;

class WrongType : public Scenario {
 protected:
  void SetUp() override {
    REPLIKEY_REQUIRE_SERVER(MysqlFlavour::MariaDb1011);
    REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
    serve(MysqlFlavour::MariaDb1011);
    insert(1, 8);
  }
  static Settings hashes_with(int lanes, std::uint16_t port = 0) {
    return {.redis = "  lanes: " + std::to_string(lanes) + "\n",
            .rules = std::string{kHashRule},
            .redis_port = port};
  }
  /// A string where the hash of row 4 stood.
  void plant() { redis_->client().command({"SET", "row:4", "planted"}); }
  /// One transaction: rows 1 to 8 get the price 77.
  void update_all() { sql("UPDATE shop.article SET price = 77 WHERE id <= 8"); }
  [[nodiscard]] bool is_updated(int id) {
    const auto fields = redis_->client().hgetall("row:" + std::to_string(id));
    const auto price = fields.find("price");
    return price != fields.end() && price->second == "77.00";
  }
  void expect_named() {
    expect_end(kRefused, {"WRONGTYPE", "table shop.article at binlog.", "key \"row:4\"",
                          "mend: the key holds another type: remove it"});
  }
  /// All but row 4 took effect, once, and the planted key stands.
  void expect_others_once() {
    EXPECT_EQ(redis_->client().get("row:4"), "planted");
    for (const int id : {1, 2, 3, 5, 6, 7, 8}) {
      EXPECT_TRUE(is_updated(id)) << id;
    }
    EXPECT_EQ(count_in_aof("77.00"), 7U);
  }
  void expect_mended(const Settings& settings) {
    redis_->client().command({"UNLINK", "row:4"});
    start(settings);
    expect_hashes_equal();
    expect_settled();
    EXPECT_EQ(count_in_aof("77.00"), 8U);
    insert(10, 12);
    expect_hashes_equal();
    stop();
  }
};

TEST_F(WrongType, StopsAndGoesOnOnceTheKeyIsGone) {
  const auto settings = hashes_with(1);
  start(settings);
  expect_hashes_equal();
  expect_settled();
  plant();
  update_all();
  expect_named();
  expect_others_once();
  expect_failing_start(settings, kRefused, {"WRONGTYPE", "key \"row:4\""});
  expect_others_once();
  expect_mended(settings);
}

TEST_F(WrongType, IsNotLostWhenNobodyReadTheReplies) {
  Proxy proxy{redis_->port()};
  start(hashes_with(1, proxy.port()));
  expect_hashes_equal();
  expect_settled();
  plant();
  proxy.hold_replies_after("row:8");
  update_all();
  ASSERT_TRUE(wait_until([&] { return is_updated(8) && proxy.is_holding(); }))
      << replikey_->stderr_text();
  replikey_->kill9();
  expect_others_once();

  const auto settings = hashes_with(1);
  for (int i = 0; i < 2; ++i) {
    expect_failing_start(settings, kRefused, {"WRONGTYPE", "key \"row:4\"", "shop.article"});
    expect_others_once();
  }
  expect_mended(settings);
}

TEST_F(WrongType, IsNotLostBehindFurtherTransactions) {
  Proxy proxy{redis_->port()};
  start(hashes_with(1, proxy.port()));
  expect_hashes_equal();
  expect_settled();
  plant();
  proxy.hold_replies_after("row:8");
  update_all();
  ASSERT_TRUE(wait_until([&] { return is_updated(8) && proxy.is_holding(); }))
      << replikey_->stderr_text();
  replikey_->kill9();
  // More of the key that failed, and of one that did not, before anybody starts it again.
  sql("UPDATE shop.article SET title = 'later' WHERE id IN (4, 5)");
  insert(20, 22);
  const auto settings = hashes_with(1);
  expect_failing_start(settings, kRefused, {"WRONGTYPE", "key \"row:4\"", "shop.article"});
  expect_others_once();
  EXPECT_FALSE(redis_->client().exists("row:20"));
  redis_->client().command({"UNLINK", "row:4"});
  start(settings);
  expect_hashes_equal();
  expect_settled();
  stop();
}

TEST_F(WrongType, WithoutFailuresNothingIsAppliedTwiceWhenNobodyReadTheReplies) {
  Proxy proxy{redis_->port()};
  start(hashes_with(2, proxy.port()));
  expect_hashes_equal();
  expect_settled();
  proxy.hold_replies_after("row:8");
  update_all();
  ASSERT_TRUE(wait_until([&] { return is_updated(8) && proxy.is_holding(); }))
      << replikey_->stderr_text();
  replikey_->kill9();
  start(hashes_with(2));
  expect_hashes_equal();
  expect_settled();
  EXPECT_EQ(count_in_aof("77.00"), 8U);
  stop();
}

TEST_F(WrongType, AfterALostConnectionTheReasonIsTheSame) {
  Proxy proxy{redis_->port()};
  auto settings = hashes_with(1, proxy.port());
  settings.redis += "  timeout: 300ms\n";
  start(settings);
  expect_hashes_equal();
  expect_settled();
  plant();
  proxy.hold_replies_after("row:8");
  update_all();
  // The first connection never answers again; what its EXEC did is found out by another.
  expect_named();
  expect_others_once();
  expect_mended(hashes_with(1));
}

}  // namespace
}  // namespace replikey::test
