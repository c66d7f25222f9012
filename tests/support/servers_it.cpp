// Every server that the integration tests stand on starts, answers, and keeps its data.

#include <string>

#include "support/mysql_server.hpp"
#include "support/redis_server.hpp"
#include "support/require_server.hpp"
#include <gtest/gtest.h>

namespace replikey::test {
namespace {

template <typename Flavour>
std::string name_of(const ::testing::TestParamInfo<Flavour>& info) {
  return std::string{to_string(info.param)};
}

class MysqlServers : public ::testing::TestWithParam<MysqlFlavour> {
 protected:
  void SetUp() override { REPLIKEY_REQUIRE_SERVER(GetParam()); }
};

TEST_P(MysqlServers, KeepsRowsPortAndBinlogOverARestart) {
  MysqlServer server{GetParam(), {.durable = true}};
  EXPECT_TRUE(server.version().starts_with(
      server.client().value("SELECT SUBSTRING_INDEX(VERSION(), '-', 1)")));
  server.client().exec(
      "CREATE DATABASE shop; CREATE TABLE shop.t (id INT PRIMARY KEY, name VARCHAR(20));"
      "INSERT INTO shop.t VALUES (1, 'caf\u00e9'), (2, NULL)");
  const auto before = server.binlog_end();
  EXPECT_EQ(std::filesystem::file_size(server.binlog(before.file)), before.position);

  const auto port = server.port();
  server.stop();
  EXPECT_FALSE(server.is_running());
  server.start();

  EXPECT_EQ(server.port(), port);
  EXPECT_EQ(server.client("shop").query("SELECT * FROM t ORDER BY id"),
            (SqlRows{{"1", "caf\u00e9"}, {"2", std::nullopt}}));
  EXPECT_TRUE(std::filesystem::exists(server.binlog(before.file)));
  EXPECT_NE(server.binlog_end().file, before.file);

  server.kill();
  server.start();
  EXPECT_EQ(server.client().value("SELECT COUNT(*) FROM shop.t"), "2");
}

TEST_P(MysqlServers, TakesTheReplicationUserOverTcpAndSocket) {
  MysqlServer server{GetParam()};
  SqlAddress address = server.create_replication_user();
  EXPECT_EQ(SqlClient{address}.value("SELECT SUBSTRING_INDEX(USER(), '@', 1)"), "replikey");
  address.socket = server.socket();
  EXPECT_EQ(SqlClient{address}.value("SELECT 1"), "1");
  EXPECT_TRUE(SqlClient{address}.try_exec("CREATE DATABASE shop"));
  address.password = "wrong";
  EXPECT_TRUE(SqlClient::try_connect(address));
}

TEST_P(MysqlServers, ObeysTheBinlogOptions) {
  const auto flavour = GetParam();
  MysqlServer server{flavour,
                     {.gtid = false, .row_metadata = false, .checksum = false, .server_id = 77}};
  SqlClient sql = server.client();
  EXPECT_EQ(sql.value("SELECT @@binlog_format"), "ROW");
  EXPECT_EQ(sql.value("SELECT @@binlog_checksum"), "NONE");
  EXPECT_EQ(sql.value("SELECT @@server_id"), "77");
  if (!is_mariadb(flavour)) {
    EXPECT_EQ(sql.value("SELECT @@gtid_mode"), "OFF");
  }
  if (flavour != MysqlFlavour::MySql56) {
    EXPECT_EQ(sql.value("SELECT @@binlog_row_metadata"), "MINIMAL");
  }
}

INSTANTIATE_TEST_SUITE_P(Every, MysqlServers,
                         ::testing::Values(MysqlFlavour::MySql56, MysqlFlavour::MySql97,
                                           MysqlFlavour::MariaDb1011, MysqlFlavour::MariaDb118),
                         name_of<MysqlFlavour>);

class MysqlServersWithTls : public MysqlServers {};

TEST_P(MysqlServersWithTls, ServesTheTlsAskedFor) {
  MysqlServer server{GetParam(), {.tls = ServerTls::OwnCertificates}};
  EXPECT_EQ(server.client()
                .query("SHOW VARIABLES LIKE 'ssl_cert'")
                .at(0)
                .at(1)
                .value_or("")
                .find("/tmp/"),
            0U);
  EXPECT_TRUE(std::filesystem::exists(server.tls_folder() / "other-ca.pem"));

  MysqlServer plain{GetParam(), {.tls = ServerTls::Off}};
  EXPECT_EQ(plain.client().query("SHOW STATUS LIKE 'Ssl_cipher'").at(0).at(1), "");
}

INSTANTIATE_TEST_SUITE_P(Every, MysqlServersWithTls,
                         ::testing::Values(MysqlFlavour::MySql97, MysqlFlavour::MariaDb1011,
                                           MysqlFlavour::MariaDb118),
                         name_of<MysqlFlavour>);

class RedisServers : public ::testing::TestWithParam<RedisFlavour> {
 protected:
  void SetUp() override { REPLIKEY_REQUIRE_SERVER(GetParam()); }
};

TEST_P(RedisServers, KeepsKeysAndPortOverAKill) {
  RedisServer server{GetParam(), {.append_only = true, .password = "secret"}};
  const auto port = server.port();
  RedisClient redis = server.client();
  redis.command({"SET", "a", std::string{"1\0 2", 4}});
  redis.command({"HSET", "b", "field", "value"});
  server.kill();
  server.start();
  redis = server.client();
  EXPECT_EQ(server.port(), port);
  EXPECT_EQ(redis.get("a"), (std::string{"1\0 2", 4}));
  EXPECT_EQ(redis.hgetall("b"), (std::map<std::string, std::string>{{"field", "value"}}));
  EXPECT_EQ(redis.keys(), (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(redis.get("none"));
  EXPECT_TRUE(redis.try_command({"GET", "b"}).is_error());
  EXPECT_THROW(redis.command({"GET", "b"}), std::runtime_error);
}

TEST_P(RedisServers, ComesBackWithItsLastSave) {
  RedisServer server{GetParam()};
  RedisClient redis = server.client();
  redis.command({"SET", "kept", "1"});
  redis.command({"SAVE"});
  redis.command({"SET", "lost", "1"});
  server.stop();
  server.start();
  EXPECT_EQ(server.client().keys(), std::vector<std::string>{"kept"});
}

INSTANTIATE_TEST_SUITE_P(Every, RedisServers,
                         ::testing::Values(RedisFlavour::Redis7, RedisFlavour::Redis8,
                                           RedisFlavour::Valkey),
                         name_of<RedisFlavour>);

}  // namespace
}  // namespace replikey::test
