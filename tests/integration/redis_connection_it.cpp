// Connections to real servers of each kind: logins, sockets, timeouts, interruption, pipelines;
// and progress as it stands in Redis.

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "support/free_port.hpp"
#include "support/redis_server.hpp"
#include "support/require_server.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replikey/base/resp_buffer.hpp"
#include "replikey/checkpoint/store.hpp"
#include "replikey/redis/connection.hpp"

namespace replikey::redis {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using test::RedisFlavour;
using test::RedisServer;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

ConnectionOptions to(const RedisServer& server) {
  ConnectionOptions options;
  options.port = server.port();
  return options;
}

/// "" when it connects, else what is said.
std::string complaint(const ConnectionOptions& options, ErrorCode code) {
  auto connection = Connection::open(options);
  if (connection) {
    return "";
  }
  EXPECT_EQ(connection.error().code(), code) << connection.error().message();
  return connection.error().message();
}

class Servers : public ::testing::TestWithParam<RedisFlavour> {
 protected:
  void SetUp() override { REPLIKEY_REQUIRE_SERVER(GetParam()); }
};

TEST_P(Servers, AnswerInEveryKindOfReply) {
  RedisServer server{GetParam()};
  auto connection = Connection::open(to(server));
  ASSERT_TRUE(connection) << connection.error().message();
  auto set = connection->command({"SET", "a", std::string_view{"x\0y\r\n", 5}});
  ASSERT_TRUE(set);
  EXPECT_EQ(set->kind, ReplyKind::Status);
  EXPECT_EQ(set->text, "OK");
  EXPECT_EQ(connection->command({"GET", "a"})->text, std::string("x\0y\r\n", 5));
  EXPECT_TRUE(connection->command({"GET", "missing"})->is_nil());
  auto count = connection->command({"DECRBY", "n", "5"});
  EXPECT_EQ(count->kind, ReplyKind::Integer);
  EXPECT_EQ(count->integer, -5);
  auto many = connection->command({"MGET", "a", "missing", "n"});
  EXPECT_EQ(many->kind, ReplyKind::Array);
  ASSERT_EQ(many->elements.size(), 3U);
  EXPECT_TRUE(many->elements[1].is_nil());
  EXPECT_EQ(many->elements[2].text, "-5");
  EXPECT_EQ(connection->command({"KEYS", "none*"})->kind, ReplyKind::Array);
  auto wrong = connection->command({"LPUSH", "a", "x"});
  ASSERT_TRUE(wrong) << "an error reply is a reply";
  EXPECT_TRUE(wrong->is_error());
  EXPECT_THAT(wrong->text, StartsWith("WRONGTYPE"));
  EXPECT_EQ(connection->command({"PING"})->text, "PONG") << "still in step";
}

TEST_P(Servers, TellWhatTheyAre) {
  RedisServer server{GetParam()};
  auto connection = Connection::open(to(server));
  ASSERT_TRUE(connection);
  auto info = server_info(*connection);
  ASSERT_TRUE(info) << info.error().message();
  EXPECT_THAT(info->version, StartsWith(GetParam() == RedisFlavour::Valkey ? "Valkey " : "Redis "));
  EXPECT_GT(info->version.size(), 8U);
  EXPECT_EQ(info->role, "master");
  EXPECT_EQ(info->maxmemory_policy, "noeviction");
  EXPECT_FALSE(info->is_cluster);
  EXPECT_FALSE(info->has_aof);
}

TEST_P(Servers, TakeAccountsAndPasswords) {
  RedisServer server{GetParam(), {.password = "s3cret"}};
  auto options = to(server);
  EXPECT_THAT(complaint(options, ErrorCode::Rejected),
              AllOf(StartsWith("redis at 127.0.0.1:"), HasSubstr("NOAUTH"), HasSubstr("mend: ")));
  options.password = "wrong";
  EXPECT_THAT(complaint(options, ErrorCode::Rejected),
              AllOf(HasSubstr("AUTH: WRONGPASS"), ::testing::Not(HasSubstr("wrong\""))));
  options.password = "s3cret";
  EXPECT_EQ(complaint(options, ErrorCode::Rejected), "");
  server.client().command(
      {"ACL", "SETUSER", "mine", "on", ">pw", "~*", "+@all", "-client|setname"});
  options.username = "mine";
  EXPECT_THAT(complaint(options, ErrorCode::Rejected), HasSubstr("WRONGPASS"));
  options.password = "pw";
  options.client_name = "replikey";
  auto connection = Connection::open(options);
  ASSERT_TRUE(connection) << "a label is not worth a refusal: " << connection.error().message();
  EXPECT_EQ(connection->command({"ACL", "WHOAMI"})->text, "mine");
}

TEST_P(Servers, SelectTheDatabaseAndTakeALabel) {
  RedisServer server{GetParam()};
  auto options = to(server);
  options.database = 3;
  options.client_name = "replikey:shop";
  auto connection = Connection::open(options);
  ASSERT_TRUE(connection);
  ASSERT_TRUE(connection->command({"SET", "a", "in three"}));
  EXPECT_EQ(connection->command({"CLIENT", "GETNAME"})->text, "replikey:shop");
  EXPECT_FALSE(server.client().exists("a"));
  options.database = 99;
  EXPECT_THAT(complaint(options, ErrorCode::Rejected), HasSubstr("SELECT"));
}

TEST_P(Servers, AreReachedThroughAUnixSocket) {
  RedisServer server{GetParam()};
  ConnectionOptions options;
  options.port = 1;
  options.socket = server.socket();
  auto connection = Connection::open(options);
  ASSERT_TRUE(connection) << connection.error().message();
  EXPECT_EQ(connection->command({"PING"})->text, "PONG");
}

TEST_P(Servers, AnswerAHugePipelineInOrder) {
  RedisServer server{GetParam()};
  auto connection = Connection::open(to(server));
  ASSERT_TRUE(connection);
  constexpr int kCount = 20'000;
  const std::string large(3'000'000, 'x');
  RespBuffer out;
  out.command({"SET", "large", large});
  for (int i = 0; i < kCount; ++i) {
    const auto text = std::to_string(i);
    out.command({"ECHO", text});
  }
  out.command({"GET", "large"});
  ASSERT_TRUE(connection->send(out.view()));
  EXPECT_EQ(connection->read_reply()->text, "OK");
  for (int i = 0; i < kCount; ++i) {
    ASSERT_EQ(connection->read_reply()->text, std::to_string(i));
  }
  EXPECT_EQ(connection->read_reply()->text, large);
}

TEST_P(Servers, ShowRepliesInPlace) {
  RedisServer server{GetParam()};
  auto connection = Connection::open(to(server));
  ASSERT_TRUE(connection);
  RespBuffer out;
  out.command({"MULTI"});
  out.command({"SET", "a", "v"});
  out.command({"GET", "a"});
  out.command({"GET", "missing"});
  out.command({"LPUSH", "a", "x"});
  out.command({"STRLEN", "a"});
  out.command({"EXEC"});
  ASSERT_TRUE(connection->send(out.view()));
  const auto visit = [&] {
    std::vector<std::string> seen;
    auto status = connection->visit_reply(
        [](void* context, long index, ReplyKind kind, std::string_view text) {
          static_cast<std::vector<std::string>*>(context)->push_back(
              std::to_string(index) + " " + std::to_string(static_cast<int>(kind)) + " " +
              std::string{text.substr(0, 9)});
        },
        &seen);
    EXPECT_TRUE(status);
    return seen;
  };
  EXPECT_THAT(visit(), ElementsAre("-1 0 OK"));
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(visit(), ElementsAre("-1 0 QUEUED"));
  }
  EXPECT_THAT(visit(), ElementsAre("-1 5 ", "0 0 OK", "1 3 v", "2 4 ", "3 1 WRONGTYPE", "4 2 1"));
}

TEST_P(Servers, AreGivenUpWhenTheyDoNotAnswerInTime) {
  RedisServer server{GetParam()};
  auto options = to(server);
  options.timeout = milliseconds{150};
  auto connection = Connection::open(options);
  ASSERT_TRUE(connection);
  server.pause();
  const auto begin = steady_clock::now();
  auto reply = connection->command({"PING"});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), ErrorCode::Timeout);
  EXPECT_THAT(reply.error().message(), HasSubstr("150 ms"));
  EXPECT_GE(steady_clock::now() - begin, milliseconds{150});
  auto second = Connection::open(options);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::Timeout);
  server.resume();
}

TEST_P(Servers, CanBeLeftFromAnotherThread) {
  RedisServer server{GetParam()};
  auto connection = Connection::open(to(server));
  ASSERT_TRUE(connection);
  RespBuffer out;
  out.command({"BLPOP", "never", "0"});
  ASSERT_TRUE(connection->send(out.view()));
  std::jthread other{[&] { connection->interrupt(); }};
  const auto begin = steady_clock::now();
  auto reply = connection->read_reply();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), ErrorCode::Unavailable);
  EXPECT_LT(steady_clock::now() - begin, milliseconds{4000}) << "did not wait for the timeout";
  EXPECT_FALSE(connection->command({"PING"})) << "unusable afterwards";
}

TEST_P(Servers, AreMissedWhenTheyCloseTheConnection) {
  RedisServer server{GetParam()};
  auto connection = Connection::open(to(server));
  ASSERT_TRUE(connection);
  RespBuffer out;
  out.command({"BLPOP", "never", "0"});
  ASSERT_TRUE(connection->send(out.view()));
  server.client().command({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
  auto reply = connection->read_reply();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), ErrorCode::Unavailable);
}

TEST_P(Servers, AreUnavailableWhenTheyAreGone) {
  RedisServer server{GetParam()};
  const auto options = to(server);
  auto connection = Connection::open(options);
  ASSERT_TRUE(connection);
  server.kill();
  auto reply = connection->command({"PING"});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), ErrorCode::Unavailable);
  EXPECT_THAT(complaint(options, ErrorCode::Unavailable),
              HasSubstr("127.0.0.1:" + std::to_string(server.port())));
}

INSTANTIATE_TEST_SUITE_P(Each, Servers,
                         ::testing::Values(RedisFlavour::Redis7, RedisFlavour::Redis8,
                                           RedisFlavour::Valkey),
                         [](const auto& tested) { return std::string{to_string(tested.param)}; });

TEST(Nowhere, SaysWhere) {
  ConnectionOptions options;
  options.port = test::free_port();
  EXPECT_THAT(complaint(options, ErrorCode::Unavailable),
              AllOf(StartsWith("redis at 127.0.0.1:"), HasSubstr("connect")));
  options.host = "no-such-host.invalid";
  EXPECT_THAT(complaint(options, ErrorCode::Unavailable), HasSubstr("no-such-host.invalid"));
  options.socket = "/nonexistent/redis.sock";
  EXPECT_THAT(complaint(options, ErrorCode::Unavailable), HasSubstr("/nonexistent/redis.sock"));
  options.socket = std::string(200, 'x');
  EXPECT_THAT(complaint(options, ErrorCode::InvalidConfig), HasSubstr("too long"));
}

class Store : public ::testing::Test {
 protected:
  void SetUp() override {
    REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
    server_.emplace();
    connection_.emplace(std::move(*Connection::open(to(*server_))));
    client_.emplace(server_->client());
  }
  static checkpoint::Progress progress() {
    ResumePoint point{.position = {.file = "binlog.000003", .offset = 77}, .executed = {}};
    point.executed = std::move(*GtidSet::parse("0-1-5", Flavour::MariaDb));
    return {.flavour = Flavour::MariaDb,
            .routing = "0123456789abcdef",
            .session = "token",
            .lanes = checkpoint::level_lanes(point, "server", 3)};
  }
  void save() { ASSERT_TRUE(checkpoint::save(*connection_, "shop", progress())); }
  void set(const std::string& field, const std::string& value) {
    client_->command({"HSET", kKey, field, value});
  }
  /// "" when it loads, else what is said.
  std::string complaint_of_load(ErrorCode code = ErrorCode::CorruptData) {
    auto loaded = checkpoint::load(*connection_, "shop");
    if (loaded) {
      return "";
    }
    EXPECT_EQ(loaded.error().code(), code) << loaded.error().message();
    return loaded.error().message();
  }

  inline static const std::string kKey = "replikey:{shop}:progress";
  std::optional<RedisServer> server_;
  std::optional<Connection> connection_;
  std::optional<test::RedisClient> client_;
};

TEST_F(Store, IsEmptyBeforeTheFirstRun) {
  auto loaded = checkpoint::load(*connection_, "shop");
  ASSERT_TRUE(loaded);
  EXPECT_FALSE(*loaded);
  auto lane = checkpoint::load_lane(*connection_, "shop", 0, Flavour::MySql);
  ASSERT_TRUE(lane);
  EXPECT_FALSE(*lane);
}

TEST_F(Store, GivesBackWhatWasSaved) {
  save();
  auto loaded = checkpoint::load(*connection_, "shop");
  ASSERT_TRUE(loaded) << loaded.error().message();
  ASSERT_TRUE(*loaded);
  EXPECT_EQ((*loaded)->flavour, Flavour::MariaDb);
  EXPECT_EQ((*loaded)->routing, "0123456789abcdef");
  EXPECT_EQ((*loaded)->session, "token");
  EXPECT_EQ((*loaded)->lanes, progress().lanes);
  auto lane = checkpoint::load_lane(*connection_, "shop", 2, Flavour::MariaDb);
  ASSERT_TRUE(lane && *lane);
  EXPECT_EQ((*lane)->session, "token");
  EXPECT_EQ((*lane)->lane, progress().lanes[2]);
  EXPECT_FALSE(*checkpoint::load_lane(*connection_, "shop", 3, Flavour::MariaDb));
  EXPECT_EQ(client_->keys(), std::vector<std::string>{kKey});
}

TEST_F(Store, ReplacesEverything) {
  save();
  set("stale", "x");
  auto fewer = progress();
  fewer.lanes.pop_back();
  ASSERT_TRUE(checkpoint::save(*connection_, "shop", fewer));
  EXPECT_EQ(client_->hgetall(kKey).size(), 5U + 2U);
}

TEST_F(Store, RefusesWhatIsIncomplete) {
  for (const auto* field : {"version", "flavour", "routing", "session", "lanes", "lane:1"}) {
    save();
    client_->command({"HDEL", kKey, field});
    EXPECT_THAT(complaint_of_load(), AllOf(HasSubstr(kKey), HasSubstr(field),
                                           HasSubstr("replikey reset --config FILE --to")))
        << field;
  }
  for (const auto* count : {"0", "", "x", "2x", "-1", "4", "99999999999999999999"}) {
    save();
    set("lanes", count);
    EXPECT_THAT(complaint_of_load(), HasSubstr("incomplete")) << count;
  }
  save();
  set("flavour", "oracle");
  EXPECT_THAT(complaint_of_load(), HasSubstr("oracle"));
}

TEST_F(Store, RefusesWhatIsDamagedOrNotOurs) {
  save();
  set("lane:1", "{");
  EXPECT_THAT(complaint_of_load(), AllOf(HasSubstr("lane:1"), HasSubstr("damaged")));
  EXPECT_FALSE(checkpoint::load_lane(*connection_, "shop", 1, Flavour::MariaDb));
  client_->command({"UNLINK", kKey});
  set("of", "somebody else");
  EXPECT_THAT(complaint_of_load(), HasSubstr("incomplete"));
  client_->command({"SET", kKey, "text"});
  EXPECT_THAT(complaint_of_load(ErrorCode::Rejected), HasSubstr("WRONGTYPE"));
  EXPECT_FALSE(checkpoint::load_lane(*connection_, "shop", 1, Flavour::MariaDb));
}

TEST_F(Store, NamesTheFormatOfAnotherVersion) {
  client_->command({"HSET", kKey, "version", "2", "other", "x"});
  EXPECT_THAT(complaint_of_load(ErrorCode::Rejected), HasSubstr("format 2"));
}

TEST_F(Store, SaysWhyItCannotSave) {
  client_->command({"CONFIG", "SET", "maxmemory", "1"});
  auto status = checkpoint::save(*connection_, "shop", progress());
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code(), ErrorCode::Unavailable);
  EXPECT_THAT(status.error().message(), StartsWith("save progress: OOM"));
  EXPECT_FALSE(client_->exists(kKey)) << "all or nothing";
}

}  // namespace
}  // namespace replikey::redis
