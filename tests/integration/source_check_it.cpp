// What the start-up check finds on real servers, and that its statements mend it.

#include "support/mysql_server.hpp"
#include "support/require_server.hpp"
#include "support/sql_client.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replikey/source/server_check.hpp"

namespace replikey::source {
namespace {

using test::MysqlFlavour;
using test::MysqlServer;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

mysql::ConnectionOptions options_for(const test::SqlAddress& address) {
  mysql::ConnectionOptions options;
  options.hosts = {{address.host, address.port}};
  options.user = address.user;
  options.password = address.password;
  return options;
}

std::string name_of(const ::testing::TestParamInfo<MysqlFlavour>& info) {
  return std::string{to_string(info.param)};
}

class Check : public ::testing::TestWithParam<MysqlFlavour> {
 protected:
  void SetUp() override { REPLIKEY_REQUIRE_SERVER(GetParam()); }

  std::vector<std::string> find(const mysql::ConnectionOptions& options,
                                Finding::Severity severity) {
    auto connection = mysql::Connection::open(options);
    if (!connection) {
      ADD_FAILURE() << connection.error().message();
      return {};
    }
    auto findings = check_server(*connection, check);
    if (!findings) {
      ADD_FAILURE() << findings.error().message();
      return {};
    }
    std::vector<std::string> texts;
    mends.clear();
    for (const Finding& finding : *findings) {
      if (finding.severity == severity) {
        texts.push_back(finding.what);
        mends.push_back(finding.mend);
      }
    }
    return texts;
  }

  CheckOptions check{
      .is_ruled = [](std::string_view database, std::string_view) { return database == "shop"; },
      .rules = {}};
  std::vector<std::string> mends;
};

TEST_P(Check, FindsNothingWrongWithAServerAsItShouldBe) {
  MysqlServer server{GetParam()};
  const auto options = options_for(server.create_replication_user());
  EXPECT_THAT(find(options, Finding::Severity::Error), IsEmpty());
  EXPECT_THAT(find(options, Finding::Severity::Warning), IsEmpty());
}

TEST_P(Check, FindsSettingsThatHideRows) {
  const bool has_metadata = GetParam() != MysqlFlavour::MySql56;
  MysqlServer server{GetParam(), {.row_metadata = false}};
  const auto options = options_for(server.create_replication_user());
  server.client().exec(
      "SET GLOBAL binlog_format = 'STATEMENT'; SET GLOBAL binlog_row_image = 'MINIMAL'");
  const auto errors = find(options, Finding::Severity::Error);
  EXPECT_THAT(errors, Contains(HasSubstr("binlog_format is STATEMENT")));
  EXPECT_THAT(errors, Contains(HasSubstr("binlog_row_image is MINIMAL")));
  EXPECT_THAT(mends, Contains(HasSubstr("binlog_format = 'ROW'")));
  for (const std::string& mend : mends) {
    server.client().exec(mend.substr(0, mend.find("  --")));
  }
  EXPECT_THAT(find(options, Finding::Severity::Error), IsEmpty());
  if (has_metadata) {
    EXPECT_THAT(find(options, Finding::Severity::Warning),
                Contains(HasSubstr("binlog_row_metadata is MINIMAL")));
  }
}

TEST_P(Check, FindsCompression) {
  if (GetParam() == MysqlFlavour::MySql56) {
    GTEST_SKIP() << "MySQL 5.6 has no compression of events";
  }
  MysqlServer server{GetParam()};
  const auto options = options_for(server.create_replication_user());
  const std::string name =
      is_mariadb(GetParam()) ? "log_bin_compress" : "binlog_transaction_compression";
  server.client().exec("SET GLOBAL " + name + " = ON");
  EXPECT_THAT(find(options, Finding::Severity::Error), Contains(HasSubstr(name + " is ON")));
  server.client().exec(mends.front().substr(0, mends.front().find("  --")));
  EXPECT_THAT(find(options, Finding::Severity::Error), IsEmpty());
}

TEST_P(Check, NamesTheGrantsThatAreMissing) {
  MysqlServer server{GetParam()};
  test::SqlClient sql = server.client();
  sql.exec(
      "CREATE DATABASE shop; CREATE TABLE shop.t (id INT PRIMARY KEY);"
      "CREATE USER poor@'%' IDENTIFIED BY 'secret'; GRANT INSERT ON shop.* TO poor@'%'");
  auto options = options_for(server.create_replication_user());
  options.user = "poor";
  options.password = "secret";
  const auto errors = find(options, Finding::Severity::Error);
  EXPECT_THAT(errors, Contains(HasSubstr("lacks REPLICATION SLAVE")));
  EXPECT_THAT(errors, Contains(HasSubstr("may not ask where the log ends")));
  EXPECT_THAT(errors, Contains(HasSubstr("lacks SELECT on shop.t")));
  for (const std::string& mend : mends) {
    sql.exec(mend);
  }
  EXPECT_THAT(find(options, Finding::Severity::Error), IsEmpty());
}

TEST_P(Check, FindsCascadesThatTheServerDoesNotLog) {
  MysqlServer server{GetParam()};
  server.client().exec(
      "CREATE DATABASE shop; CREATE TABLE shop.parent (id INT PRIMARY KEY) ENGINE=InnoDB;"
      "CREATE TABLE shop.child (id INT PRIMARY KEY, parent INT, CONSTRAINT child_parent FOREIGN KEY"
      " (parent) REFERENCES shop.parent (id) ON DELETE CASCADE) ENGINE=InnoDB");
  const auto options = options_for(server.create_replication_user());
  if (GetParam() == MysqlFlavour::MySql97) {
    // Here they are logged, unless the server is told to leave them to InnoDB.
    EXPECT_THAT(find(options, Finding::Severity::Error), IsEmpty());
    server.stop();
    server.set_flags({"--innodb-native-foreign-keys=ON"});
    server.start();
  }
  EXPECT_THAT(find(options, Finding::Severity::Error),
              Contains(HasSubstr("shop.child is changed by foreign key child_parent (to parent, ON "
                                 "DELETE CASCADE)")));
  check.accept_foreign_key_cascades = true;
  EXPECT_THAT(find(options, Finding::Severity::Error), IsEmpty());
  EXPECT_THAT(find(options, Finding::Severity::Warning), Contains(HasSubstr("child_parent")));
}

TEST_P(Check, WarnsOfARuleThatMeetsNoTable) {
  MysqlServer server{GetParam()};
  const auto options = options_for(server.create_replication_user());
  check.rules = {{"articles", check.is_ruled}};
  EXPECT_THAT(find(options, Finding::Severity::Warning),
              Contains(HasSubstr("rule articles meets no table")));
  server.client().exec("CREATE DATABASE shop; CREATE TABLE shop.t (id INT PRIMARY KEY)");
  EXPECT_THAT(find(options, Finding::Severity::Warning), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Every, Check,
                         ::testing::Values(MysqlFlavour::MySql56, MysqlFlavour::MySql97,
                                           MysqlFlavour::MariaDb1011, MysqlFlavour::MariaDb118),
                         name_of);

}  // namespace
}  // namespace replikey::source
