// What the commands print and with which code they end, on real servers.

#include <filesystem>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "support/free_port.hpp"
#include "support/mysql_server.hpp"
#include "support/redis_server.hpp"
#include "support/replikey_process.hpp"
#include "support/require_server.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace replikey::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using Outcome = ReplikeyProcess::Outcome;

constexpr int kDone = 0;
constexpr int kWrongUsage = 64;
constexpr int kDamagedInput = 65;
constexpr int kUnreachable = 69;
constexpr int kRefused = 76;
constexpr int kConfiguration = 78;

/// What a test may change about the configuration.
struct Settings {
  std::string mysql{};  ///< Further keys of mysql: "start: earliest".
  std::string redis{};  ///< Further keys of redis.
  std::string key = "article:article_id_{id}";
  std::string rule{};  ///< Further lines of the rule.
  std::string password = "replikey-secret";
  std::uint16_t mysql_port = 0;
  std::uint16_t redis_port = 0;
};

class Commands : public ::testing::TestWithParam<MysqlFlavour> {
 protected:
  void SetUp() override {
    REPLIKEY_REQUIRE_SERVER(GetParam());
    REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
    mysql_ = std::make_unique<MysqlServer>(GetParam());
    redis_ = std::make_unique<RedisServer>();
    static_cast<void>(mysql_->create_replication_user());
    sql("CREATE DATABASE shop CHARACTER SET utf8mb4;"
        "CREATE TABLE shop.article (id BIGINT PRIMARY KEY, title VARCHAR(200), price "
        "DECIMAL(10,2))");
  }

  void sql(std::string_view text) { mysql_->client().exec(text); }

  [[nodiscard]] std::string config(const Settings& settings = {}) const {
    const auto port = [](std::uint16_t wanted, std::uint16_t otherwise) {
      return std::to_string(wanted != 0 ? wanted : otherwise);
    };
    return "name: shop\nmysql:\n  host: 127.0.0.1\n  port: " +
           port(settings.mysql_port, mysql_->port()) +
           "\n  user: replikey\n  password: " + settings.password + "\n  " + settings.mysql +
           "\nredis:\n  port: " + port(settings.redis_port, redis_->port()) + "\n  " +
           settings.redis + "\nrules:\n  - table: shop.article\n    key: \"" + settings.key +
           "\"\n    " + settings.rule + "\n";
  }

  [[nodiscard]] Outcome run(std::vector<std::string> arguments,
                            const Settings& settings = {}) const {
    return ReplikeyProcess::run(config(settings), std::move(arguments));
  }

  std::unique_ptr<MysqlServer> mysql_;
  std::unique_ptr<RedisServer> redis_;
};

TEST_P(Commands, CheckFindsAPreparedPairReady) {
  const auto outcome = run({"check"});
  EXPECT_EQ(outcome.exit_code, kDone) << outcome.stdout_text << outcome.stderr_text;
  EXPECT_THAT(outcome.stdout_text, HasSubstr("OK    MySQL 127.0.0.1:"));
  EXPECT_THAT(outcome.stdout_text, HasSubstr("OK    rules: 1, tables they meet now: 1"));
  EXPECT_THAT(outcome.stdout_text, HasSubstr("ready to run"));
  EXPECT_THAT(outcome.stdout_text, Not(HasSubstr("replikey-secret")));
  const auto as_json = json::parse(run({"check", "--json"}).stdout_text);
  EXPECT_EQ(as_json["ok"], true);
  EXPECT_FALSE(as_json["findings"].empty());
}

TEST_P(Commands, CheckNamesTheColumnThatIsNotThere) {
  const auto outcome = run({"check"}, {.rule = "columns: [id, titel]"});
  EXPECT_EQ(outcome.exit_code, kRefused);
  EXPECT_THAT(outcome.stdout_text, HasSubstr("titel"));
  EXPECT_THAT(outcome.stdout_text, HasSubstr("did you mean \"title\"?"));
}

TEST_P(Commands, CheckTellsWhatMendsAMissingPrivilege) {
  sql("CREATE USER 'replikey_poor'@'%' IDENTIFIED BY 'replikey-secret'");
  auto text = config();
  text.replace(text.find("user: replikey"), 14, "user: replikey_poor");
  const auto outcome = ReplikeyProcess::run(text, {"check"});
  EXPECT_EQ(outcome.exit_code, kRefused) << outcome.stdout_text;
  EXPECT_THAT(outcome.stdout_text, HasSubstr("GRANT"));
}

TEST_P(Commands, AServerThatIsAwayOrRefusesHasItsOwnCode) {
  for (const auto* command : {"run", "check", "status"}) {
    EXPECT_EQ(run({command}, {.mysql_port = free_port()}).exit_code, kUnreachable) << command;
    EXPECT_EQ(run({command}, {.redis_port = free_port()}).exit_code, kUnreachable) << command;
    const auto refused = run({command}, {.password = "wrong"});
    EXPECT_EQ(refused.exit_code, kRefused) << command;
    EXPECT_THAT(refused.stdout_text + refused.stderr_text, HasSubstr("Access denied")) << command;
  }
}

TEST_P(Commands, ARedisThatMayEvictProgressIsRefusedUnlessAccepted) {
  redis_->client().command({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  const auto refused = run({"check"});
  EXPECT_EQ(refused.exit_code, kRefused);
  EXPECT_THAT(refused.stdout_text, HasSubstr("maxmemory-policy"));
  EXPECT_EQ(run({"check"}, {.redis = "eviction: accept"}).exit_code, kDone);
}

TEST_P(Commands, StatusTellsProgressAndLag) {
  const auto before = run({"status"});
  EXPECT_EQ(before.exit_code, kDone) << before.stderr_text;
  EXPECT_THAT(before.stdout_text, HasSubstr("no progress is stored"));
  EXPECT_TRUE(json::parse(run({"status", "--json"}).stdout_text)["progress"].is_null());

  sql("INSERT INTO shop.article VALUES (1, 'one', 1.50), (2, 'two', 2.00)");
  const auto caught_up = run({"run", "--catch-up"}, {.mysql = "start: earliest"});
  EXPECT_EQ(caught_up.exit_code, kDone) << caught_up.stderr_text;
  EXPECT_EQ(redis_->client().get("article:article_id_1"), R"({"id":1,"title":"one","price":1.50})");

  const auto level = json::parse(run({"status", "--json"}).stdout_text);
  EXPECT_EQ(level["progress"]["lanes"].size(), 2U);
  EXPECT_EQ(level["progress"]["lag_seconds"], 0) << level;

  sql("INSERT INTO shop.article VALUES (3, 'three', 3.00)");
  sql("INSERT INTO shop.article VALUES (4, 'four', 4.00)");
  const auto behind = json::parse(run({"status", "--json"}).stdout_text)["progress"];
  if (GetParam() != MysqlFlavour::MySql56) {
    EXPECT_EQ(behind["lag_transactions"], 2) << behind;
  }
  EXPECT_GT(behind["lag_bytes"], 0) << behind;
  EXPECT_THAT(run({"status"}).stdout_text, HasSubstr("lane 1: applied up to binlog."));
}

TEST_P(Commands, ResetShowsWhatItDoesAndAsksBefore) {
  sql("INSERT INTO shop.article VALUES (1, 'one', 1.50)");
  ASSERT_EQ(run({"run", "--catch-up"}).exit_code, kDone);
  sql("INSERT INTO shop.article VALUES (2, 'two', 2.00)");

  const auto asked = run({"reset", "--to", "latest"});
  EXPECT_EQ(asked.exit_code, kWrongUsage);
  EXPECT_THAT(asked.stdout_text, HasSubstr("skips"));
  EXPECT_THAT(asked.stderr_text, HasSubstr("--yes"));

  const auto skipped = run({"reset", "--to", "latest", "--yes"});
  EXPECT_EQ(skipped.exit_code, kDone) << skipped.stderr_text;
  ASSERT_EQ(run({"run", "--catch-up"}).exit_code, kDone);
  EXPECT_FALSE(redis_->client().exists("article:article_id_2"));

  const auto repeated = run({"reset", "--to", "earliest", "--yes"});
  EXPECT_EQ(repeated.exit_code, kDone) << repeated.stderr_text;
  EXPECT_THAT(repeated.stdout_text, HasSubstr("repeats"));
  const auto again = run({"run", "--catch-up"});
  ASSERT_EQ(again.exit_code, kDone) << again.stderr_text;
  EXPECT_TRUE(redis_->client().exists("article:article_id_2"));
}

TEST_P(Commands, ResetTakesAPlaceInAFile) {
  const auto begin = mysql_->binlog_end();
  sql("INSERT INTO shop.article VALUES (1, 'one', 1.50)");
  const auto place = begin.file + ":" + std::to_string(begin.position);
  const auto outcome = run({"reset", "--to", place, "--yes"});
  EXPECT_EQ(outcome.exit_code, kDone) << outcome.stderr_text;
  ASSERT_EQ(run({"run", "--catch-up"}).exit_code, kDone);
  EXPECT_TRUE(redis_->client().exists("article:article_id_1"));
}

TEST_P(Commands, ResetRefusesAPlaceThatIsNone) {
  const auto begin = mysql_->binlog_end();
  sql("INSERT INTO shop.article VALUES (1, 'one', 1.50)");
  EXPECT_EQ(run({"reset", "--to", "lastest"}).exit_code, kWrongUsage);
  EXPECT_EQ(run({"reset", "--to", "binlog.999999:4", "--yes"}).exit_code, kRefused);
  const auto odd = begin.file + ":" + std::to_string(begin.position + 3);
  EXPECT_EQ(run({"reset", "--to", odd, "--yes"}).exit_code, kRefused);
  // The event that maps the table stands inside of the transaction.
  for (const auto& row : mysql_->client().query("SHOW BINLOG EVENTS IN '" + begin.file + "' FROM " +
                                                std::to_string(begin.position))) {
    if (row.at(2) == "Table_map") {
      const auto inside = run({"reset", "--to", begin.file + ":" + *row.at(1), "--yes"});
      EXPECT_EQ(inside.exit_code, kRefused);
      EXPECT_THAT(inside.stderr_text, HasSubstr("inside of a transaction"));
    }
  }
  EXPECT_TRUE(redis_->client().keys().empty());
}

TEST_P(Commands, DecodeReadsTheServersFile) {
  sql("INSERT INTO shop.article VALUES (7, 'seven', 7.25); UPDATE shop.article SET title = 'x'; "
      "DELETE FROM shop.article; FLUSH BINARY LOGS");
  const auto outcome =
      ReplikeyProcess::run_plain({"decode", mysql_->binlog("binlog.000001").string()});
  EXPECT_EQ(outcome.exit_code, kDone) << outcome.stderr_text;
  std::istringstream lines{outcome.stdout_text};
  std::vector<std::string> types;
  for (std::string line; std::getline(lines, line);) {
    const auto change = json::parse(line);
    if (change["type"] != "ddl") {
      types.push_back(change["type"]);
      EXPECT_EQ(change["database"], "shop");
      EXPECT_EQ(change["file"], "binlog.000001");
    }
  }
  EXPECT_EQ(types, (std::vector<std::string>{"insert", "update", "delete"}));
}

TEST_P(Commands, DryRunPrintsAndSendsNothing) {
  sql("INSERT INTO shop.article VALUES (1, 'one', 1.50)");
  const auto outcome = run({"run", "--dry-run", "--catch-up"}, {.mysql = "start: earliest"});
  EXPECT_EQ(outcome.exit_code, kDone) << outcome.stderr_text;
  EXPECT_THAT(outcome.stdout_text, HasSubstr("article:article_id_1"));
  EXPECT_TRUE(redis_->client().keys().empty());
}

TEST_P(Commands, RunEndsWithZeroWhenAskedTo) {
  for (const int signal : {SIGTERM, SIGINT}) {
    ReplikeyProcess replikey{config({.mysql = "start: earliest"})};
    EXPECT_TRUE(replikey.wait_for_log("the stream is open")) << replikey.stderr_text();
    replikey.signal(signal);
    EXPECT_EQ(replikey.wait_exit(), kDone) << replikey.stderr_text();
    EXPECT_THAT(replikey.stderr_text(), Not(HasSubstr("replikey-secret")));
  }
}

TEST_P(Commands, TheShippedExampleRuns) {
  const auto example = std::filesystem::path{REPLIKEY_SOURCE_DIR} / "config/replikey.example.yaml";
  sql("INSERT INTO shop.article VALUES (1, 'one', 1.50)");
  const std::map<std::string, std::string> environment{
      {"MYSQL_PORT", std::to_string(mysql_->port())},
      {"MYSQL_PASSWORD", "replikey-secret"},
      {"REDIS_PORT", std::to_string(redis_->port())}};
  ReplikeyProcess replikey{read_file(example), {}, environment};
  EXPECT_TRUE(replikey.wait_for_log("the stream is open")) << replikey.stderr_text();
  sql("INSERT INTO shop.article VALUES (2, 'two', 2.50)");
  EXPECT_TRUE(wait_until([&] { return redis_->client().exists("article:article_id_2"); }));
  EXPECT_EQ(replikey.terminate(), kDone) << replikey.stderr_text();
}

INSTANTIATE_TEST_SUITE_P(Every, Commands,
                         ::testing::Values(MysqlFlavour::MySql56, MysqlFlavour::MySql97,
                                           MysqlFlavour::MariaDb1011, MysqlFlavour::MariaDb118),
                         [](const auto& tested) { return std::string{to_string(tested.param)}; });

TEST(CommandLineIt, EndsWithTheCodeOfWrongUsage) {
  EXPECT_EQ(ReplikeyProcess::run_plain({}).exit_code, kWrongUsage);
  EXPECT_EQ(ReplikeyProcess::run_plain({"decode"}).exit_code, kWrongUsage);
  const auto outcome = ReplikeyProcess::run_plain({"--confgi", "x"});
  EXPECT_EQ(outcome.exit_code, kWrongUsage);
  EXPECT_THAT(outcome.stderr_text, HasSubstr("did you mean \"--config\"?"));
  EXPECT_EQ(outcome.stdout_text, "");
}

TEST(CommandLineIt, TellsItsVersion) {
  const auto outcome = ReplikeyProcess::run_plain({"--version"});
  EXPECT_EQ(outcome.exit_code, kDone);
  EXPECT_THAT(outcome.stdout_text, HasSubstr("MySQL client: "));
}

TEST(CommandLineIt, NamesThePlaceOfAConfigurationFault) {
  for (const auto* command : {"run", "check", "status"}) {
    const auto outcome = ReplikeyProcess::run("name: shop\nmysqll: {}\n", {command});
    EXPECT_EQ(outcome.exit_code, kConfiguration) << command;
    EXPECT_THAT(outcome.stderr_text,
                HasSubstr(":2:1: unknown key \"mysqll\" (did you mean \"mysql\"?)"));
  }
  EXPECT_EQ(ReplikeyProcess::run_plain({"--config", "/nowhere/x.yaml"}).exit_code, kConfiguration);
}

TEST(CommandLineIt, EndsWithTheCodeOfADamagedFile) {
  const TempDir folder;
  write_file(folder / "binlog.000001", "no binlog");
  const auto outcome = ReplikeyProcess::run_plain({"decode", folder / "binlog.000001"});
  EXPECT_EQ(outcome.exit_code, kDamagedInput);
  EXPECT_THAT(outcome.stderr_text, HasSubstr("does not begin with fe 62 69 6e"));
}

}  // namespace
}  // namespace replikey::test
