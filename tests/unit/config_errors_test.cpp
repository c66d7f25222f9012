#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replikey/config/config.hpp"

namespace replikey::config {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string message_of(std::string_view text) {
  const auto config = parse(text, "c.yaml");
  EXPECT_FALSE(config) << text;
  if (config) {
    return "no error";
  }
  EXPECT_EQ(config.error().code(), ErrorCode::InvalidConfig);
  return config.error().message();
}

struct Wrong {
  std::string_view what;
  std::string_view text;
  std::string_view place;    ///< How the message begins.
  std::string_view message;  ///< What it holds.
};

void PrintTo(const Wrong& wrong, std::ostream* out) {
  *out << wrong.what;
}

// Lines in front of a fault, so that its own line is the last.
#define HEAD "name: shop\n"
#define MYSQL "name: shop\nrules: [{table: a.b, key: \"{id}\"}]\nmysql:\n  user: u\n"
#define REDIS "name: shop\nrules: [{table: a.b, key: \"{id}\"}]\nmysql: {user: u}\nredis:\n"
#define ROOT "name: shop\nrules: [{table: a.b, key: \"{id}\"}]\nmysql: {user: u}\n"
#define RULE "name: shop\nmysql: {user: u}\nrules:\n  - table: shop.article\n    key: \"a:{id}\"\n"

constexpr Wrong kWrong[] = {
    {"Empty", "", "c.yaml:1:1: ", "the file is empty"},
    {"OnlyAComment", "# nothing\n", "c.yaml:1:1: ", "the file is empty"},
    {"NoMap", "- a\n", "c.yaml:1:1: ", "the file must be a map of keys, not a list"},
    {"BadYaml", HEAD "mysql: {user: u\nrules: []\n", "c.yaml:", "not valid YAML"},
    {"Tab", HEAD "mysql:\n\tuser: u\n", "c.yaml:3:", "use spaces"},
    {"TwoDocuments", ROOT "---\nname: other\n", "c.yaml:4:", "a second YAML document"},
    {"Twice", ROOT "name: again\n", "c.yaml:4:1: ", "\"name\" stands here twice; first in line 1"},
    {"UnknownRootKey", ROOT "time_zon: UTC\n",
     "c.yaml:4:1: ", "unknown key \"time_zon\" (did you mean \"time_zone\"?)"},
    {"UnknownMysqlKey", MYSQL "  pasword: x\n",
     "c.yaml:5:3: ", "unknown key \"pasword\" in mysql (did you mean \"password\"?)"},
    {"UnknownTlsKey", MYSQL "  tls: {modus: required}\n",
     "c.yaml:5:9: ", "unknown key \"modus\" in mysql.tls (did you mean \"mode\"?)"},
    {"UnknownRedisKey", REDIS "  lane: 3\n",
     "c.yaml:5:3: ", "unknown key \"lane\" in redis (did you mean \"lanes\"?)"},
    {"UnknownRuleKey", RULE "    colums: [a]\n",
     "c.yaml:6:5: ", "unknown key \"colums\" in rules (did you mean \"columns\"?)"},
    {"UnknownStartKey", MYSQL "  start: {gitd: 0-1-1}\n",
     "c.yaml:5:11: ", "unknown key \"gitd\" in mysql.start (did you mean \"gtid\"?)"},
    {"UnknownLogKey", ROOT "log: {levle: info}\n", "c.yaml:4:7: ", "did you mean \"level\"?"},
    {"NoName", "mysql: {user: u}\nrules: [{table: a.b, key: \"{id}\"}]\n",
     "c.yaml:1:1: ", "name is missing"},
    {"BadName", "name: a b\nmysql: {user: u}\nrules: [{table: a.b, key: \"{id}\"}]\n",
     "c.yaml:1:7: ", "is no name"},
    {"NoUser", "name: a\nmysql: {host: h}\nrules: [{table: a.b, key: \"{id}\"}]\n",
     "c.yaml:2:8: ", "mysql.user is missing"},
    {"NoRules", "name: a\nmysql: {user: u}\n", "c.yaml:1:1: ", "there is no rule"},
    {"EmptyRules", "name: a\nmysql: {user: u}\nrules: []\n", "c.yaml:3:8: ", "there is no rule"},
    {"RulesNoList", "name: a\nmysql: {user: u}\nrules: {table: a}\n",
     "c.yaml:3:8: ", "must be a list"},
    {"RuleNoMap", "name: a\nmysql: {user: u}\nrules: [a.b]\n", "c.yaml:3:9: ", "must be a map"},
    {"SameNames", RULE "  - table: shop.article\n    key: \"b:{id}\"\n",
     "c.yaml:6:5: ", "a second rule is named \"shop.article\" (the first in line 4)"},
    {"NoTable", "name: a\nmysql: {user: u}\nrules:\n  - key: \"{id}\"\n",
     "c.yaml:4:5: ", "rules.table is missing"},
    {"NoKey", "name: a\nmysql: {user: u}\nrules:\n  - table: a.b\n",
     "c.yaml:4:5: ", "rules.key is missing"},
    {"BadPattern", "name: a\nmysql: {user: u}\nrules:\n  - table: article\n    key: \"{id}\"\n",
     "c.yaml:4:12: ", "database.table"},
    {"BadRegex",
     "name: a\nmysql: {user: u}\nrules:\n  - table: [a.b, \"/(/\"]\n    key: \"{id}\"\n",
     "c.yaml:4:18: ", "regular expression"},
    {"BadTemplate", "name: a\nmysql: {user: u}\nrules:\n  - table: a.b\n    key: \"a:{id\"\n",
     "c.yaml:5:10: ", "rules.key: key template \"a:{id\", character 3"},
    {"CollidingTemplate",
     "name: a\nmysql: {user: u}\nrules:\n  - table: a.b\n    key: \"{a}{b}\"\n",
     "c.yaml:4:5: ", "keep their values apart"},
    {"NoNumber", MYSQL "  port: abc\n", "c.yaml:5:9: ", "\"abc\" is no whole number"},
    {"PortTooLarge", MYSQL "  port: 65536\n", "c.yaml:5:9: ", "must be between 1 and 65535"},
    {"PortZero", REDIS "  port: 0\n", "c.yaml:5:9: ", "must be between 1 and 65535"},
    {"NegativeId", MYSQL "  server_id: -1\n", "c.yaml:5:14: ", "no whole number"},
    {"TooManyLanes", REDIS "  lanes: 65\n", "c.yaml:5:10: ", "must be between 1 and 64"},
    {"HostAsList", MYSQL "  host: [a]\n", "c.yaml:5:9: ", "must be a text, not a list"},
    {"TlsAsText", MYSQL "  tls: required\n", "c.yaml:5:8: ", "must be a map of keys, not a text"},
    {"NoUnit", MYSQL "  heartbeat: 10\n", "c.yaml:5:14: ", "\"10\" has no unit"},
    {"WrongUnit", MYSQL "  heartbeat: 10sec\n", "c.yaml:5:14: ", "unknown unit \"sec\""},
    {"NoDuration", MYSQL "  heartbeat: often\n", "c.yaml:5:14: ", "is no duration"},
    {"TooShort", MYSQL "  heartbeat: 1ms\n", "c.yaml:5:14: ", "between 100ms and 3600s"},
    {"HugeDuration", MYSQL "  heartbeat: 99999999999999d\n", "c.yaml:5:14: ", "too large"},
    {"WrongSizeUnit", ROOT "memory_limit: 64MB\n", "c.yaml:4:15: ", "unknown unit \"MB\""},
    {"SmallSize", ROOT "memory_limit: 1KiB\n", "c.yaml:4:15: ", "too small"},
    {"WrongWord", MYSQL "  tls: {mode: verify-ca}\n",
     "c.yaml:5:15: ", "unknown value \"verify-ca\" (did you mean \"verify_ca\"?)"},
    {"VerifyWithoutCa", MYSQL "  tls: {mode: verify_ca}\n", "c.yaml:5:15: ", "mysql.tls.ca"},
    {"CertWithoutKey", MYSQL "  tls: {cert: c.yaml}\n", "c.yaml:5:15: ", "cannot read c.yaml"},
    {"WrongLevel", ROOT "log: {level: inf}\n", "c.yaml:4:14: ", "did you mean \"info\"?"},
    {"WrongType", RULE "    type: hsah\n", "c.yaml:6:11: ", "did you mean \"hash\"?"},
    {"WrongOperation", RULE "    operations: [insert, updat]\n",
     "c.yaml:6:26: ", "did you mean \"update\"?"},
    {"NoOperation", RULE "    operations: []\n", "c.yaml:6:17: ", "names no operation"},
    {"ColumnsAsText", RULE "    columns: id\n", "c.yaml:6:14: ", "must be a list"},
    {"BothColumnKeys", RULE "    columns: [a]\n    exclude_columns: [b]\n",
     "c.yaml:7:22: ", "only one of them"},
    {"ZeroTtl", RULE "    ttl: 0s\n", "c.yaml:6:10: ", "out of range"},
    {"UnknownZone", ROOT "time_zone: Europe/Atlantis\n", "c.yaml:4:12: ", "Europe/Atlantis"},
    {"BothPasswords", MYSQL "  password: a\n  password_file: b\n",
     "c.yaml:6:18: ", "only one of them"},
    {"SocketAndHost", MYSQL "  host: h\n  socket: /s\n", "c.yaml:6:11: ", "only one of them"},
    {"BadHosts", MYSQL "  hosts: [a:b]\n", "c.yaml:5:10: ", "\"a:b\" is not HOST:PORT"},
    {"StartWord", MYSQL "  start: lastest\n", "c.yaml:5:10: ", "did you mean \"latest\"?"},
    {"StartWithoutZone", MYSQL "  start: {timestamp: \"2026-11-22 10:00:00\"}\n",
     "c.yaml:5:22: ", "has no time zone; write \"2026-11-22 10:00:00Z\""},
    {"StartNoDate", MYSQL "  start: {timestamp: \"2026-02-30 10:00:00Z\"}\n",
     "c.yaml:5:22: ", "does not exist"},
    {"StartFraction", MYSQL "  start: {timestamp: \"2026-02-28 10:00:00.5Z\"}\n",
     "c.yaml:5:22: ", "whole seconds"},
    {"StartNoTime", MYSQL "  start: {timestamp: yesterday}\n",
     "c.yaml:5:22: ", "is no point in time"},
    {"StartNoPosition", MYSQL "  start: {file: binlog.000001}\n",
     "c.yaml:5:17: ", "needs mysql.start.position"},
    {"StartBadGtid", MYSQL "  start: {gtid: x}\n", "c.yaml:5:17: ", "mysql.start.gtid: "},
    {"StartTwoForms", MYSQL "  start: {gtid: 0-1-1, file: a.1}\n",
     "c.yaml:5:30: ", "only one of them"},
    {"StartNothing", MYSQL "  start: {}\n", "c.yaml:5:10: ", "names no place"},
};

class WrongConfig : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongConfig, IsNamedWithItsPlace) {
  const auto message = message_of(GetParam().text);
  EXPECT_THAT(message, StartsWith(std::string{GetParam().place}));
  EXPECT_THAT(message, HasSubstr(std::string{GetParam().message}));
}

INSTANTIATE_TEST_SUITE_P(Every, WrongConfig, ::testing::ValuesIn(kWrong),
                         [](const auto& tested) { return std::string{tested.param.what}; });

struct Later {
  std::string_view what;
  std::string_view text;
};

void PrintTo(const Later& later, std::ostream* out) {
  *out << later.what;
}

constexpr Later kLater[] = {
    {"Snapshot", MYSQL "  start: snapshot\n"},
    {"Hosts", MYSQL "  hosts: [a:1, b:2]\n"},
    {"Sentinel", REDIS "  sentinel: {master: m, nodes: [a:1]}\n"},
    {"Cluster", REDIS "  cluster: {nodes: [a:1]}\n"},
    {"RedisTls", REDIS "  tls: {mode: required}\n"},
    {"Replicas", REDIS "  durability: {replicas: 1}\n"},
    {"Ordering", ROOT "ordering: transaction\n"},
    {"Delivery", ROOT "delivery: at_least_once\n"},
    {"RateLimit", ROOT "rate_limit: 100\n"},
    {"When", RULE "    when: status = 'a'\n"},
    {"Rename", RULE "    rename: {a: b}\n"},
    {"Add", RULE "    add: {a: b}\n"},
    {"Case", RULE "    case: camel\n"},
    {"TypeJson", RULE "    type: json\n"},
    {"TypeCounter", RULE "    type: counter\n"},
    {"Field", RULE "    field: \"{id}\"\n"},
    {"Member", RULE "    member: \"{id}\"\n"},
    {"Score", RULE "    score: views\n"},
    {"By", RULE "    by: views\n"},
    {"Value", RULE "    value: \"{title}\"\n"},
    {"Push", RULE "    push: left\n"},
    {"MaxLength", RULE "    max_length: 10\n"},
    {"Update", RULE "    update: merge\n"},
    {"Publish", RULE "    publish: channel\n"},
    {"TtlColumn", RULE "    ttl: {column: expires_at}\n"},
    {"OnErrorDeadLetter", RULE "    on_error: dead_letter\n"},
    {"OnDeleteKeep", RULE "    on_delete: keep\n"},
    {"OnDeleteExpire", RULE "    on_delete: {expire: 60s}\n"},
};

class LaterConfig : public ::testing::TestWithParam<Later> {};

TEST_P(LaterConfig, IsRefusedAndNotIgnored) {
  const auto message = message_of(GetParam().text);
  EXPECT_THAT(message, HasSubstr("not available in this version"));
  EXPECT_THAT(message, StartsWith("c.yaml:"));
}

INSTANTIATE_TEST_SUITE_P(Every, LaterConfig, ::testing::ValuesIn(kLater),
                         [](const auto& tested) { return std::string{tested.param.what}; });

TEST(ConfigErrors, TellsEveryFaultAtOnceInOrder) {
  EXPECT_EQ(message_of("name: shop\n"
                       "mysql: {user: u, port: 0}\n"
                       "rules: [{table: a.b, key: \"{id}\"}]\n"
                       "memory_limit: 5\n"
                       "redis: {lanes: 0}\n"),
            "c.yaml:2:24: mysql.port: 0 is out of range; it must be between 1 and 65535\n"
            "c.yaml:4:15: memory_limit: \"5\" has no unit; write one of B, KiB, MiB, GiB (for "
            "example 64MiB)\n"
            "c.yaml:5:16: redis.lanes: 0 is out of range; it must be between 1 and 64");
}

TEST(ConfigErrors, NamesAVariableThatIsNotSet) {
  ::unsetenv("REPLIKEY_TEST_UNSET");
  EXPECT_THAT(message_of(MYSQL "  password: ${REPLIKEY_TEST_UNSET}\n"),
              StartsWith("c.yaml:5:13: the environment variable REPLIKEY_TEST_UNSET is not set"));
  EXPECT_THAT(message_of(MYSQL "  password: ${}\n"), HasSubstr("names no variable"));
  EXPECT_THAT(message_of(MYSQL "  password: ${OPEN\n"), HasSubstr("without"));
}

TEST(ConfigErrors, NeverShowsAPassword) {
  EXPECT_THAT(message_of(MYSQL "  password: hunter2\n  port: 0\n"),
              ::testing::Not(HasSubstr("hunter2")));
}

TEST(ConfigErrors, SaysWhyAFileCannotBeRead) {
  const auto missing = load("/nowhere/replikey.yaml");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message(),
            "cannot read the configuration /nowhere/replikey.yaml: No such file or directory");
  const auto folder = load("/tmp");
  ASSERT_FALSE(folder);
  EXPECT_THAT(folder.error().message(), HasSubstr("Is a directory"));
}

TEST(ConfigPasswordFile, IsReadBesideTheConfiguration) {
  const auto folder = std::filesystem::path{::testing::TempDir()} / "config_password_file";
  std::filesystem::create_directories(folder);
  std::ofstream{folder / "secret"} << "pass word\r\n";
  std::ofstream{folder / "plain"} << " two\nlines\n\n";
  const auto config = parse(R"(name: shop
mysql: {user: u, password_file: secret}
redis: {password_file: ")" + (folder / "plain").string() +
                                "\"}\nrules: [{table: a.b, key: \"{id}\"}]\n",
                            folder / "c.yaml");
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ(config->pipeline.source.connection.password, "pass word");
  EXPECT_EQ(config->pipeline.write.connection.password, " two\nlines\n");
  const auto missing = parse(MYSQL "  password_file: none\n", folder / "c.yaml");
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message(),
              HasSubstr("c.yaml:5:18: mysql.password_file: cannot read"));
  EXPECT_THAT(missing.error().message(), HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace replikey::config
