// Connections to real servers: logins, TLS, timeouts, interruption.

#include <chrono>
#include <thread>

#include "support/free_port.hpp"
#include "support/mysql_server.hpp"
#include "support/require_server.hpp"
#include "support/sql_client.hpp"
#include <gtest/gtest.h>

#include "replikey/mysql/connection.hpp"

namespace replikey::mysql {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using test::MysqlFlavour;
using test::MysqlServer;
using test::ServerTls;
using test::SqlAddress;

std::string name_of(const ::testing::TestParamInfo<MysqlFlavour>& info) {
  return std::string{to_string(info.param)};
}

ConnectionOptions options_for(const SqlAddress& address) {
  ConnectionOptions options;
  options.hosts = {{address.host, address.port}};
  options.user = address.user;
  options.password = address.password;
  return options;
}

/// "" when it connects, else what is said.
std::string complaint(const ConnectionOptions& options) {
  auto connection = Connection::open(options);
  return connection ? "" : connection.error().message();
}

class Servers : public ::testing::TestWithParam<MysqlFlavour> {
 protected:
  void SetUp() override { REPLIKEY_REQUIRE_SERVER(GetParam()); }
};

TEST_P(Servers, AreKnownByWhatTheySay) {
  MysqlServer server{GetParam()};
  auto connection = Connection::open(options_for(server.create_replication_user()));
  ASSERT_TRUE(connection) << connection.error().message();
  EXPECT_EQ(connection->flavour() == Flavour::MariaDb, is_mariadb(GetParam()));
  EXPECT_TRUE(server.version().starts_with(std::to_string(connection->version().major) + "." +
                                           std::to_string(connection->version().minor)))
      << connection->version().text;
  auto table = connection->query("SELECT 1 AS a, NULL AS b, 'caf\u00e9' AS c");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->columns, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(table->rows.front(), (Table::Row{"1", std::nullopt, "caf\u00e9"}));
  const std::string awkward{"it's \\ \"\0 \n", 11};
  auto echoed = connection->query_value("SELECT " + connection->quote(awkward));
  ASSERT_TRUE(echoed) << echoed.error().message();
  EXPECT_EQ(*echoed, awkward);
}

TEST_P(Servers, AreReachedByTheirSocket) {
  MysqlServer server{GetParam()};
  ConnectionOptions options = options_for(server.create_replication_user());
  options.hosts.clear();
  options.socket = server.socket();
  auto connection = Connection::open(options);
  ASSERT_TRUE(connection) << connection.error().message();
  EXPECT_FALSE(connection->fell_back_to_plain());
}

TEST_P(Servers, RefuseAWrongPassword) {
  MysqlServer server{GetParam()};
  ConnectionOptions options = options_for(server.create_replication_user());
  options.password = "wrong";
  auto connection = Connection::open(options);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code(), ErrorCode::Rejected);
  EXPECT_NE(connection.error().message().find("(error 1045)"), std::string::npos)
      << connection.error().message();
}

TEST_P(Servers, ThatDoNotAnswerAreGivenUpInTime) {
  MysqlServer server{GetParam()};
  ConnectionOptions options = options_for(server.create_replication_user());
  options.read_timeout = seconds{1};
  options.connect_timeout = seconds{1};
  auto connection = Connection::open(options);
  ASSERT_TRUE(connection) << connection.error().message();
  const auto begin = steady_clock::now();
  auto slow = connection->query("SELECT SLEEP(20)");
  ASSERT_FALSE(slow);
  EXPECT_EQ(slow.error().code(), ErrorCode::Timeout) << slow.error().message();
  server.pause();
  auto silent = Connection::open(options);
  server.resume();
  ASSERT_FALSE(silent);
  EXPECT_TRUE(silent.error().is_retryable()) << silent.error().message();
  EXPECT_LT(steady_clock::now() - begin, seconds{15});
}

TEST_P(Servers, CanBeInterruptedFromAnotherThread) {
  MysqlServer server{GetParam()};
  auto connection = Connection::open(options_for(server.create_replication_user()));
  ASSERT_TRUE(connection) << connection.error().message();
  const auto begin = steady_clock::now();
  std::jthread interrupter{[&] {
    test::SqlClient sql = server.client();
    EXPECT_TRUE(test::wait_until([&] {
      return sql.value(
                 "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE "
                 "'SELECT SLEEP%'") == "1";
    }));
    connection->interrupt();
  }};
  auto slow = connection->query("SELECT SLEEP(60)");
  ASSERT_FALSE(slow);
  EXPECT_EQ(slow.error().code(), ErrorCode::Unavailable) << slow.error().message();
  EXPECT_LT(steady_clock::now() - begin, seconds{20});
}

INSTANTIATE_TEST_SUITE_P(Every, Servers,
                         ::testing::Values(MysqlFlavour::MySql56, MysqlFlavour::MySql97,
                                           MysqlFlavour::MariaDb1011, MysqlFlavour::MariaDb118),
                         name_of);

TEST(Connection, ToAClosedPortIsUnavailable) {
  ConnectionOptions options;
  options.hosts = {{"127.0.0.1", test::free_port()}};
  auto connection = Connection::open(options);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code(), ErrorCode::Unavailable) << connection.error().message();
}

class Tls : public ::testing::TestWithParam<MysqlFlavour> {
 protected:
  void SetUp() override { REPLIKEY_REQUIRE_SERVER(GetParam()); }
};

ConnectionOptions with_tls(ConnectionOptions options, TlsMode mode, std::string ca = {}) {
  options.tls.mode = mode;
  options.tls.ca = std::move(ca);
  return options;
}

TEST_P(Tls, EncryptsInEveryModeThatAsksForIt) {
  MysqlServer server{GetParam(), {.tls = ServerTls::OwnCertificates}};
  const ConnectionOptions options = options_for(server.create_replication_user());
  const std::string ca = server.tls_folder() / "ca.pem";
  for (const TlsMode mode : {TlsMode::Preferred, TlsMode::Required, TlsMode::VerifyIdentity}) {
    auto connection = Connection::open(with_tls(options, mode, ca));
    ASSERT_TRUE(connection) << connection.error().message();
    EXPECT_TRUE(connection->is_encrypted());
    EXPECT_FALSE(connection->fell_back_to_plain());
  }
  auto plain = Connection::open(with_tls(options, TlsMode::Disabled));
  ASSERT_TRUE(plain) << plain.error().message();
  EXPECT_FALSE(plain->is_encrypted());
}

TEST_P(Tls, PresentsOurCertificate) {
  MysqlServer server{GetParam(), {.tls = ServerTls::OwnCertificates}};
  const SqlAddress address = server.create_replication_user();
  server.client().exec("ALTER USER 'replikey'@'%' REQUIRE X509");
  ConnectionOptions options = with_tls(options_for(address), TlsMode::Required);
  EXPECT_NE(complaint(options), "");
  options.tls.cert = server.tls_folder() / "client-cert.pem";
  options.tls.key = server.tls_folder() / "client-key.pem";
  EXPECT_EQ(complaint(options), "");
}

TEST_P(Tls, DistrustsACertificateThatTheCaDidNotSign) {
  MysqlServer server{GetParam(), {.tls = ServerTls::OwnCertificates}};
  const ConnectionOptions options = options_for(server.create_replication_user());
  const std::string other = server.tls_folder() / "other-ca.pem";
  for (const TlsMode mode : {TlsMode::VerifyCa, TlsMode::VerifyIdentity}) {
    auto connection = Connection::open(with_tls(options, mode, other));
    ASSERT_FALSE(connection);
    EXPECT_FALSE(connection.error().is_retryable()) << connection.error().message();
  }
}

TEST_P(Tls, ChecksTheHostsNameOnlyWhenAskedTo) {
  MysqlServer server{GetParam(), {.tls = ServerTls::OwnCertificates}};
  ConnectionOptions options = options_for(server.create_replication_user());
  options.hosts.front().host = "127.1";  // the same address, not named by the certificate
  const std::string ca = server.tls_folder() / "ca.pem";
  auto connection = Connection::open(with_tls(options, TlsMode::VerifyIdentity, ca));
  ASSERT_FALSE(connection);
  EXPECT_FALSE(connection.error().is_retryable()) << connection.error().message();
  auto trusting = Connection::open(with_tls(options, TlsMode::VerifyCa, ca));
  if (!trusting && trusting.error().code() == ErrorCode::InvalidConfig) {
    GTEST_SKIP() << trusting.error().message();  // refused, never weakened
  }
  ASSERT_TRUE(trusting) << trusting.error().message();
  EXPECT_TRUE(trusting->is_encrypted());
}

TEST_P(Tls, IsNeverGivenUpWhereItIsDemanded) {
  MysqlServer server{GetParam(), {.tls = ServerTls::Off}};
  const ConnectionOptions options = options_for(server.create_replication_user());
  const std::string ca = "/etc/ssl/certs/ca-certificates.crt";
  for (const TlsMode mode : {TlsMode::Required, TlsMode::VerifyCa, TlsMode::VerifyIdentity}) {
    auto connection = Connection::open(with_tls(options, mode, ca));
    ASSERT_FALSE(connection);
    EXPECT_FALSE(connection.error().is_retryable()) << connection.error().message();
  }
  auto connection = Connection::open(with_tls(options, TlsMode::Preferred));
  ASSERT_TRUE(connection) << connection.error().message();
  EXPECT_TRUE(connection->fell_back_to_plain());
}

INSTANTIATE_TEST_SUITE_P(Every, Tls,
                         ::testing::Values(MysqlFlavour::MySql97, MysqlFlavour::MariaDb1011,
                                           MysqlFlavour::MariaDb118),
                         name_of);

TEST(Login, ByCachingSha2NeedsNoTls) {
  REPLIKEY_REQUIRE_SERVER(MysqlFlavour::MySql97);
  MysqlServer server{MysqlFlavour::MySql97};
  const SqlAddress address = server.create_replication_user();
  EXPECT_EQ(complaint(with_tls(options_for(address), TlsMode::Disabled)), "");
}

TEST(Login, ByEd25519Works) {
  REPLIKEY_REQUIRE_SERVER(MysqlFlavour::MariaDb1011);
  MysqlServer server{MysqlFlavour::MariaDb1011};
  test::SqlClient sql = server.client();
  if (sql.try_exec("INSTALL SONAME 'auth_ed25519'")) {
    GTEST_SKIP() << "the server has no auth_ed25519";
  }
  sql.exec("CREATE USER ed@'%' IDENTIFIED VIA ed25519 USING PASSWORD('secret')");
  SqlAddress address = server.admin();
  address.host = "127.0.0.1";
  address.port = server.port();
  address.user = "ed";
  address.password = "secret";
  const std::string said = complaint(options_for(address));
  if (client_library().find("MariaDB") == std::string::npos) {
    EXPECT_NE(said.find("(error 2059)"), std::string::npos) << said;
  } else {
    EXPECT_EQ(said, "");
  }
}

}  // namespace
}  // namespace replikey::mysql
