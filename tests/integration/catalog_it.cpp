// What information_schema of real servers says about a table.

#include "support/mysql_server.hpp"
#include "support/require_server.hpp"
#include "support/sql_client.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replikey/catalog/catalog.hpp"

namespace replikey::catalog {
namespace {

using test::MysqlFlavour;
using test::MysqlServer;
using ::testing::ElementsAre;

mysql::ConnectionOptions options_for(const MysqlServer& server) {
  const test::SqlAddress address = server.create_replication_user();
  mysql::ConnectionOptions options;
  options.hosts = {{address.host, address.port}};
  options.user = address.user;
  options.password = address.password;
  return options;
}

std::string name_of(const ::testing::TestParamInfo<MysqlFlavour>& info) {
  return std::string{to_string(info.param)};
}

class Catalogs : public ::testing::TestWithParam<MysqlFlavour> {
 protected:
  void SetUp() override { REPLIKEY_REQUIRE_SERVER(GetParam()); }
};

TEST_P(Catalogs, DescribeATable) {
  MysqlServer server{GetParam()};
  server.client().exec(
      "CREATE DATABASE shop; CREATE TABLE shop.`odd ``name` ("
      " a BIGINT UNSIGNED NOT NULL, b VARCHAR(20) CHARACTER SET latin1 NOT NULL,"
      " c ENUM('it''s','unsigned') CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci,"
      " d VARBINARY(9), e INT, f SET('x','y'), `g h` BLOB, PRIMARY KEY (b, a))");
  Catalog catalog{options_for(server)};
  auto table = catalog.table("shop", "odd `name");
  ASSERT_TRUE(table) << table.error().message();
  ASSERT_EQ(table->columns.size(), 7U);
  EXPECT_THAT(table->primary_key, ElementsAre(1, 0));
  const auto& columns = table->columns;
  EXPECT_EQ(columns[0].data_type, "bigint");
  EXPECT_TRUE(columns[0].is_unsigned);
  EXPECT_FALSE(columns[0].is_nullable);
  EXPECT_EQ(columns[0].collation, 0);
  EXPECT_EQ(columns[1].charset, "latin1");
  EXPECT_EQ(columns[1].collation, 8);  // latin1_swedish_ci
  EXPECT_THAT(columns[2].labels, ElementsAre("it's", "unsigned"));
  EXPECT_FALSE(columns[2].is_unsigned);
  EXPECT_EQ(columns[2].collation, 45);  // utf8mb4_general_ci
  EXPECT_EQ(columns[3].collation, 63);
  EXPECT_TRUE(columns[4].is_nullable);
  EXPECT_FALSE(columns[4].is_unsigned);
  EXPECT_THAT(columns[5].labels, ElementsAre("x", "y"));
  EXPECT_EQ(columns[6].name, "g h");
  EXPECT_EQ(columns[6].collation, 63);
}

TEST_P(Catalogs, ListTablesAndNotViews) {
  MysqlServer server{GetParam()};
  server.client().exec(
      "CREATE DATABASE shop; CREATE TABLE shop.t (id INT PRIMARY KEY); CREATE VIEW shop.v AS "
      "SELECT "
      "* FROM shop.t");
  Catalog catalog{options_for(server)};
  auto tables = catalog.tables();
  ASSERT_TRUE(tables) << tables.error().message();
  EXPECT_THAT(*tables, ElementsAre(std::pair<std::string, std::string>{"shop", "t"}));
}

TEST_P(Catalogs, SayThatATableIsNotThere) {
  MysqlServer server{GetParam()};
  Catalog catalog{options_for(server)};
  auto table = catalog.table("shop", "t");
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().code(), ErrorCode::Rejected);
}

TEST_P(Catalogs, ComeBackWhenTheirConnectionIsGone) {
  MysqlServer server{GetParam()};
  server.client().exec("CREATE DATABASE shop; CREATE TABLE shop.t (id INT PRIMARY KEY)");
  Catalog catalog{options_for(server)};
  ASSERT_TRUE(catalog.table("shop", "t"));
  server.stop();
  auto gone = catalog.table("shop", "t");
  ASSERT_FALSE(gone);
  EXPECT_TRUE(gone.error().is_retryable()) << gone.error().message();
  server.start();
  EXPECT_TRUE(catalog.table("shop", "t"));
  server.client().exec("KILL " + server.client().value("SELECT ID FROM "
                                                       "information_schema.PROCESSLIST WHERE USER "
                                                       "= 'replikey'"));
  EXPECT_TRUE(catalog.table("shop", "t"));
}

INSTANTIATE_TEST_SUITE_P(Every, Catalogs,
                         ::testing::Values(MysqlFlavour::MySql56, MysqlFlavour::MySql97,
                                           MysqlFlavour::MariaDb1011, MysqlFlavour::MariaDb118),
                         name_of);

TEST(Catalog, TellsMariaDbsJsonFromText) {
  REPLIKEY_REQUIRE_SERVER(MysqlFlavour::MariaDb1011);
  MysqlServer server{MysqlFlavour::MariaDb1011};
  server.client().exec(
      "CREATE DATABASE shop; CREATE TABLE shop.t (id INT PRIMARY KEY, doc JSON, plain LONGTEXT,"
      " `we``ird` JSON, checked LONGTEXT CHECK (json_valid(checked) OR checked = ''),"
      " uca VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_ai_ci)");
  Catalog catalog{options_for(server)};
  auto table = catalog.table("shop", "t");
  ASSERT_TRUE(table) << table.error().message();
  EXPECT_TRUE(table->columns[1].is_json_text);
  EXPECT_FALSE(table->columns[2].is_json_text);
  EXPECT_TRUE(table->columns[3].is_json_text);
  EXPECT_FALSE(table->columns[4].is_json_text);
  EXPECT_EQ(table->columns[5].collation, 2304);
}

}  // namespace
}  // namespace replikey::catalog
