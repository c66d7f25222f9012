// Redis or the way to it fails while replikey runs, or holds something else when it comes again.

#include <string>

#include "scenario.hpp"
#include "support/require_server.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace replikey::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RedisFailures : public Scenario {
 protected:
  void SetUp() override {
    REPLIKEY_REQUIRE_SERVER(MysqlFlavour::MariaDb1011);
    REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
    serve(MysqlFlavour::MariaDb1011, {}, redis_options());
    insert(1, 3);
  }
  /// By the test's name: most want a Redis that loses nothing, some one that does.
  static RedisOptions redis_options() {
    const std::string name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
    return {.append_only = name.find("Dump") == std::string::npos};
  }
};

TEST_F(RedisFailures, ARestartIsWaitedForAndNothingIsLost) {
  start();
  Load load{*mysql_};
  load.await(50);
  redis_->stop();
  EXPECT_TRUE(replikey_->wait_for_log("Redis does not take writes")) << replikey_->stderr_text();
  load.await(50);
  redis_->start();
  load.finish();
  expect_strings_equal();
  expect_settled();
  EXPECT_THAT(replikey_->stderr_text(), HasSubstr("Redis takes writes again"));
  stop();
}

TEST_F(RedisFailures, AKilledRedisIsWaitedForAndNothingIsAppliedTwice) {
  start();
  for (int round = 0; round < 3; ++round) {
    const int first = 1000 * (round + 1);
    for (int i = 0; i < 200; i += 4) {
      insert(first + i, first + i + 3);
      if (i == 100) {
        redis_->kill();
        redis_->start();
      }
    }
  }
  expect_strings_equal();
  expect_settled();
  stop();
  for (const auto& [key, value] : wanted_strings()) {
    EXPECT_EQ(count_in_aof(key), 1U) << key;
  }
}

TEST_F(RedisFailures, KilledConnectionsAreOpenedAgainAndNothingIsAppliedTwice) {
  start();
  auto redis = redis_->client();
  for (int round = 0; round < 10; ++round) {
    const int first = 1000 * (round + 1);
    for (int i = 0; i < 40; i += 4) {
      insert(first + i, first + i + 3);
      redis.command({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
    }
  }
  expect_strings_equal();
  expect_settled();
  stop();
  for (const auto& [key, value] : wanted_strings()) {
    EXPECT_EQ(count_in_aof(key), 1U) << key;
  }
}

TEST_F(RedisFailures, SigtermEndsItWhileRedisIsDown) {
  const Settings settings{.root = "shutdown_timeout: 1s\n"};
  start(settings);
  expect_strings_equal();
  redis_->stop();
  insert(4, 6);
  EXPECT_TRUE(replikey_->wait_for_log("Redis does not take writes")) << replikey_->stderr_text();
  replikey_->signal(SIGTERM);
  EXPECT_EQ(replikey_->wait_exit(std::chrono::seconds{8}), kDone) << replikey_->stderr_text();
  redis_->start();
  start(settings);
  expect_strings_equal();
  stop();
}

TEST_F(RedisFailures, SigtermEndsItWhileRedisDoesNotAnswer) {
  const Settings settings{.root = "shutdown_timeout: 1s\n"};
  start(settings);
  expect_strings_equal();
  redis_->pause();
  insert(4, 6);
  replikey_->signal(SIGTERM);
  EXPECT_EQ(replikey_->wait_exit(std::chrono::seconds{8}), kDone) << replikey_->stderr_text();
  redis_->resume();
  start(settings);
  expect_strings_equal();
  stop();
}

TEST_F(RedisFailures, ARedisThatDoesNotAnswerForAWhileIsWaitedFor) {
  const Settings settings{.redis = "  timeout: 200ms\n"};
  start(settings);
  expect_strings_equal();
  redis_->pause();
  insert(4, 6);
  EXPECT_TRUE(replikey_->wait_for_log("Redis does not take writes")) << replikey_->stderr_text();
  redis_->resume();
  expect_strings_equal();
  expect_settled();
  stop();
  for (int id = 4; id <= 6; ++id) {
    EXPECT_EQ(count_in_aof("article:" + std::to_string(id)), 1U) << id;
  }
}

TEST_F(RedisFailures, FlushallStopsItUntilReset) {
  start();
  expect_strings_equal();
  expect_settled();
  redis_->client().flush_all();
  expect_end(kRefused, {"replikey:{shop}:progress vanished while running", "FLUSHALL",
                        "mend: ", "replikey reset"});
  expect_failing_start({}, kRefused, {"replikey:{shop}:progress", "replikey reset"});
  EXPECT_TRUE(strings().empty());
  reset("earliest");
  start();
  expect_strings_equal();
  stop();
}

TEST_F(RedisFailures, FlushallUnderLoadStopsItUntilReset) {
  start();
  Load load{*mysql_};
  load.await(50);
  redis_->client().flush_all();
  expect_end(kRefused, {"replikey:{shop}:progress vanished while running", "replikey reset"});
  load.finish();
  expect_failing_start({}, kRefused, {"replikey:{shop}:progress", "replikey reset"});
  redis_->client().flush_all();
  reset("earliest");
  start();
  expect_strings_equal();
  stop();
}

TEST_F(RedisFailures, EmptiedWhileItIsDownItBeginsAsStartSays) {
  start();
  expect_strings_equal();
  stop();
  redis_->client().flush_all();
  insert(4, 6);
  start();
  EXPECT_TRUE(replikey_->wait_for_log("no progress in Redis yet"));
  expect_strings_equal();
  stop();
}

TEST_F(RedisFailures, RestoredFromAnOlderDumpItGoesBackWithIt) {
  start();
  expect_strings_equal();
  expect_settled();
  redis_->client().command({"SAVE"});
  insert(4, 6);
  sql("UPDATE shop.article SET title = 'newer' WHERE id = 1; DELETE FROM shop.article WHERE id = "
      "2; UPDATE shop.article SET id = 33 WHERE id = 3");
  expect_strings_equal();
  expect_settled();
  redis_->kill();
  redis_->start();
  expect_strings_equal();
  expect_settled();
  EXPECT_THAT(replikey_->stderr_text(), HasSubstr("went back"));
  insert(7, 9);
  expect_strings_equal();
  stop();
}

TEST_F(RedisFailures, RestoredFromADumpOfBeforeItsStartItGoesBackWithIt) {
  start();
  expect_strings_equal();
  expect_settled();
  stop();
  redis_->client().command({"SAVE"});
  start();
  redis_->kill();
  redis_->start();
  insert(4, 6);
  expect_strings_equal();
  expect_settled();
  EXPECT_TRUE(replikey_->is_running());
  stop();
}

TEST_F(RedisFailures, RestoredFromAnOlderDumpUnderLoadItGoesBackWithIt) {
  start();
  Load load{*mysql_};
  load.await(30);
  redis_->client().command({"SAVE"});
  load.await(100);
  redis_->kill();
  redis_->start();
  load.await(30);
  load.finish();
  expect_strings_equal();
  expect_settled();
  stop();
}

TEST_F(RedisFailures, AFullRedisIsWaitedFor) {
  start();
  expect_strings_equal();
  redis_->client().command({"CONFIG", "SET", "maxmemory", "1"});
  insert(4, 6);
  EXPECT_TRUE(replikey_->wait_for_log("OOM")) << replikey_->stderr_text();
  EXPECT_THAT(replikey_->stderr_text(), HasSubstr("Redis does not take writes"));
  EXPECT_FALSE(redis_->client().exists("article:4"));
  redis_->client().command({"CONFIG", "SET", "maxmemory", "0"});
  expect_strings_equal();
  expect_settled();
  stop();
}

TEST_F(RedisFailures, ARedisThatBecomesAReplicaIsWaitedFor) {
  start();
  expect_strings_equal();
  redis_->client().command({"REPLICAOF", "127.0.0.1", "1"});
  insert(4, 6);
  EXPECT_TRUE(replikey_->wait_for_log("READONLY")) << replikey_->stderr_text();
  redis_->client().command({"REPLICAOF", "NO", "ONE"});
  expect_strings_equal();
  stop();
}

}  // namespace
}  // namespace replikey::test
