#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replikey/config/config.hpp"
#include "replikey/source/options.hpp"

namespace replikey::config {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kMinimal = R"(name: shop
mysql: {user: replikey}
rules:
  - table: shop.article
    key: "article:article_id_{id}"
)";

Config loaded(std::string_view text) {
  auto config = parse(text, "/etc/replikey/test.yaml");
  EXPECT_TRUE(config) << (config ? "" : config.error().message());
  return config ? std::move(*config) : Config{};
}

std::string with_rule(std::string_view lines) {
  return std::string{kMinimal} + std::string{lines};
}

TEST(ConfigLoad, KnowsTheDefaults) {
  const auto config = loaded(kMinimal);
  const auto& options = config.pipeline;
  EXPECT_EQ(options.name, "shop");
  EXPECT_EQ(options.source.connection.hosts.front(), (mysql::Endpoint{"127.0.0.1", 3306}));
  EXPECT_EQ(options.source.connection.tls.mode, mysql::TlsMode::Preferred);
  EXPECT_EQ(options.source.server_id, source::server_id_for("shop"));
  EXPECT_EQ(options.source.replica_uuid, source::uuid_for("shop"));
  EXPECT_EQ(options.source.heartbeat, milliseconds{10'000});
  EXPECT_TRUE(std::holds_alternative<pipeline::StartLatest>(options.start));
  EXPECT_EQ(options.write.connection.port, 6379);
  EXPECT_EQ(options.write.lanes, 2U);
  EXPECT_FALSE(options.write.connection.accept_eviction);
  EXPECT_EQ(options.memory_limit, std::size_t{64} << 20U);
  EXPECT_EQ(options.shutdown_timeout, milliseconds{10'000});
  EXPECT_FALSE(options.accept_foreign_key_cascades);
  ASSERT_EQ(config.rules.size(), 1U);
  const auto& rule = config.rules.front().options();
  EXPECT_EQ(rule.name, "shop.article");
  EXPECT_EQ(rule.type, route::RuleType::String);
  EXPECT_EQ(rule.operations.size(), 3U);
  EXPECT_FALSE(rule.ttl);
  EXPECT_EQ(rule.format.time_zone, config.time_zone.get());
  EXPECT_EQ(rule.place, "/etc/replikey/test.yaml:4:5");
}

TEST(ConfigLoad, ReadsEveryMysqlKey) {
  const auto config = loaded(R"(name: a.b-c_1
mysql:
  hosts: ["[::1]:3307"]
  user: u
  password: "p w"
  server_id: 4294967295
  tls: {mode: required, ca: , cert: , key: }
  start: earliest
  heartbeat: 500ms
  connect_timeout: 2m
rules: [{table: a.b, key: "{id}"}]
)");
  const auto& source = config.pipeline.source;
  EXPECT_EQ(source.connection.hosts.front(), (mysql::Endpoint{"::1", 3307}));
  EXPECT_EQ(source.connection.password, "p w");
  EXPECT_EQ(source.server_id, 4294967295U);
  EXPECT_EQ(source.connection.tls.mode, mysql::TlsMode::Required);
  EXPECT_EQ(source.heartbeat, milliseconds{500});
  EXPECT_EQ(source.connection.connect_timeout, milliseconds{120'000});
  EXPECT_TRUE(std::holds_alternative<pipeline::StartEarliest>(config.pipeline.start));
}

TEST(ConfigLoad, ReadsEveryRedisKey) {
  const auto config = loaded(R"(name: shop
mysql: {user: u, socket: /run/mysqld/mysqld.sock}
redis:
  socket: /run/redis.sock
  username: writer
  password: secret
  database: 3
  tls: {mode: disabled}
  lanes: 64
  timeout: 1s
  durability: {replicas: 0, timeout: 100ms}
  eviction: accept
rules: [{table: a.b, key: "{id}"}]
)");
  EXPECT_EQ(config.pipeline.source.connection.socket, "/run/mysqld/mysqld.sock");
  const auto& write = config.pipeline.write;
  EXPECT_EQ(write.connection.socket, "/run/redis.sock");
  EXPECT_EQ(write.connection.username, "writer");
  EXPECT_EQ(write.connection.password, "secret");
  EXPECT_EQ(write.connection.database, 3U);
  EXPECT_EQ(write.connection.timeout, milliseconds{1000});
  EXPECT_EQ(write.lanes, 64U);
  EXPECT_TRUE(write.connection.accept_eviction);
}

TEST(ConfigLoad, ReadsEveryRuleKey) {
  const auto config = loaded(with_rule(R"(  - name: orders
    table: [shop.orders, "/archive_[0-9]+\\.orders/"]
    operations: [update, insert]
    type: hash
    key: "order:{customer}:{id}"
    escape: none
    on_truncate: ignore
    exclude_columns: [body]
    nulls: empty
    bigint: string
    decimal: string
    timestamp: epoch_ms
    ttl: 2h
time_zone: "+02:00"
)"));
  ASSERT_EQ(config.rules.size(), 2U);
  const auto& rule = config.rules.back().options();
  EXPECT_EQ(rule.name, "orders");
  EXPECT_TRUE(config.rules.back().matches("archive_12", "orders"));
  EXPECT_THAT(rule.operations, ElementsAre(Operation::Update, Operation::Insert));
  EXPECT_EQ(rule.type, route::RuleType::Hash);
  EXPECT_EQ(rule.escape, route::Escape::None);
  EXPECT_EQ(rule.on_truncate, route::OnTruncate::Ignore);
  EXPECT_THAT(rule.exclude_columns, ElementsAre("body"));
  EXPECT_EQ(rule.format.nulls, value::Nulls::Empty);
  EXPECT_EQ(rule.format.bigint, value::BigintForm::String);
  EXPECT_EQ(rule.format.decimal, value::DecimalForm::String);
  EXPECT_EQ(rule.format.timestamp, value::TimestampForm::EpochMs);
  EXPECT_EQ(rule.ttl, milliseconds{7'200'000});
  EXPECT_EQ(config.time_zone->offset_at(0), 7200);
}

TEST(ConfigLoad, AcceptsTheDefaultsOfWhatComesLater) {
  const auto config = loaded(with_rule(R"(    value: json
    by: 1
    push: right
    max_length: none
    update: replace
    ttl: none
    on_delete: delete
    on_error: stop
    approximate: false
ordering: key
delivery: exactly_once
rate_limit: 0
)"));
  EXPECT_FALSE(config.rules.front().options().ttl);
}

pipeline::Start start_of(std::string_view text) {
  return loaded("name: shop\nmysql: {user: u, start: " + std::string{text} +
                "}\nrules: [{table: a.b, key: \"{id}\"}]\n")
      .pipeline.start;
}

TEST(ConfigStart, TakesEveryForm) {
  EXPECT_EQ(std::get<pipeline::StartGtid>(start_of("{gtid: 0-1-100}")).gtid, "0-1-100");
  EXPECT_EQ(std::get<BinlogPosition>(start_of("{file: binlog.000042, position: 5000000000}")),
            (BinlogPosition{"binlog.000042", 5'000'000'000}));
  constexpr std::int64_t kTenOClock = 1795341600;
  for (const auto* text : {"2026-11-22 10:00:00Z", "2026-11-22T10:00:00Z",
                           "2026-11-22 12:00:00+02:00", "2026-11-22T04:30:00 -05:30"}) {
    EXPECT_EQ(
        std::get<pipeline::StartTimestamp>(start_of("{timestamp: \"" + std::string{text} + "\"}"))
            .utc_seconds,
        kTenOClock)
        << text;
  }
}

TEST(ConfigExpand, PutsVariablesInTheirPlaces) {
  ::setenv("REPLIKEY_TEST_USER", "anna", 1);
  ::setenv("REPLIKEY_TEST_EMPTY", "", 1);
  ::unsetenv("REPLIKEY_TEST_NONE");
  const auto config = loaded(R"(name: shop
mysql:
  user: x_${REPLIKEY_TEST_USER}_y${REPLIKEY_TEST_USER}
  password: $${NOT}$5
  host: ${REPLIKEY_TEST_NONE:-localhost}
  port: ${REPLIKEY_TEST_EMPTY:-3307}
rules: [{table: a.b, key: "{id}"}]
)");
  const auto& connection = config.pipeline.source.connection;
  EXPECT_EQ(connection.user, "x_anna_yanna");
  EXPECT_EQ(connection.password, "${NOT}$5");
  EXPECT_EQ(connection.hosts.front(), (mysql::Endpoint{"localhost", 3307}));
}

TEST(ConfigMasked, ShowsNoSecret) {
  const auto config = loaded(R"(name: shop
mysql: {user: u, password: hidden1}
redis: {password: hidden2}
rules: [{table: a.b, key: "{id}"}]
)");
  const auto text = masked(config);
  EXPECT_EQ(text, "MySQL u@127.0.0.1:3306, Redis 127.0.0.1:6379/0");
}

TEST(ConfigLoad, UnderstandsAliases) {
  const auto config = loaded(R"(name: shop
mysql: {user: u}
rules:
  - {table: a.b, key: "b:{id}", columns: &some [id, title]}
  - {table: a.c, key: "c:{id}", columns: *some}
)");
  EXPECT_THAT(config.rules.back().options().columns, ElementsAre("id", "title"));
}

}  // namespace
}  // namespace replikey::config
