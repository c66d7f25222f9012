// What changes between one run and the next, after an end in the midst of work.

#include <algorithm>
#include <string>

#include "scenario.hpp"
#include "support/require_server.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace replikey::test {
namespace {

class BetweenRuns : public Scenario {
 protected:
  void SetUp() override {
    REPLIKEY_REQUIRE_SERVER(MysqlFlavour::MariaDb1011);
    REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
    serve(MysqlFlavour::MariaDb1011);
    insert(1, 3);
  }
  static Settings with_lanes(int lanes) {
    return {.redis = "  lanes: " + std::to_string(lanes) + "\n"};
  }
  /// SIGKILL in the midst of `load`, once the lanes differ.
  void kill_in_the_midst_of(const Load& load) {
    load.await(30);
    const auto differ = [&] {
      const auto lanes = progress();
      return std::any_of(lanes.begin(), lanes.end(), [&](const LaneState& lane) {
        return lane.applied != lanes.front().applied;
      });
    };
    EXPECT_TRUE(wait_until([&] { return progress().size() < 2 || differ(); }));
    replikey_->kill9();
  }
};

TEST_F(BetweenRuns, TheNumberOfLanesMayChange) {
  Load load{*mysql_};
  for (const int lanes : {2, 5, 1, 3}) {
    start(with_lanes(lanes));
    EXPECT_TRUE(wait_until([&] { return progress().size() == static_cast<std::size_t>(lanes); }))
        << replikey_->stderr_text();
    kill_in_the_midst_of(load);
  }
  load.finish();
  start(with_lanes(2));
  expect_strings_equal();
  expect_settled();
  EXPECT_EQ(progress().size(), 2U);
  stop();
}

TEST_F(BetweenRuns, TheRulesMayChange) {
  Load load{*mysql_};
  start();
  kill_in_the_midst_of(load);
  const Settings both{.rules = std::string{kStringRule} + std::string{kHashRule}};
  start(both);
  EXPECT_TRUE(wait_until([&] { return !hashes().empty(); })) << replikey_->stderr_text();
  kill_in_the_midst_of(load);
  start(both);
  load.finish();
  // A document is written when its row changes: the new rule has not seen the older ones.
  sql("UPDATE shop.article SET price = price + 1");
  expect_strings_equal();
  expect_hashes_equal();
  expect_settled();
  stop();
  start();  // a rule less
  insert(4, 6);
  expect_strings_equal();
  stop();
}

TEST_F(BetweenRuns, ASecondOneOfTheSameNameStopsTheFirst) {
  start();
  expect_strings_equal();
  ReplikeyProcess second{config()};
  EXPECT_TRUE(second.wait_for_log("the stream is open")) << second.stderr_text();
  expect_end(kRefused, {"another "});
  insert(4, 6);
  const auto wanted = wanted_strings();
  EXPECT_TRUE(wait_until([&] { return strings() == wanted; })) << second.stderr_text();
  EXPECT_EQ(second.terminate(), kDone) << second.stderr_text();
}

}  // namespace
}  // namespace replikey::test
