#include <string>
#include <vector>

#include "support/event_builder.hpp"
#include <gtest/gtest.h>

#include "replikey/decode/table_map.hpp"

namespace replikey::decode {
namespace {

using test::bytes_of;
using test::from_hex;
using test::lenenc_text;
using test::TableMapSpec;

CatalogColumn column(std::string name, std::string data_type, std::string column_type,
                     std::string charset = {}) {
  CatalogColumn c;
  c.name = std::move(name);
  c.data_type = std::move(data_type);
  c.column_type = std::move(column_type);
  c.charset = std::move(charset);
  return c;
}

std::shared_ptr<const TableSchema> event_of(const TableMapSpec& spec) {
  auto map = decode_table_map(bytes_of(spec.body()));
  EXPECT_TRUE(map) << (map ? "" : map.error().message());
  return map->schema;
}

std::shared_ptr<const TableSchema> event_of(std::string_view types, std::string_view metadata) {
  TableMapSpec spec;
  spec.types = from_hex(types);
  spec.metadata = from_hex(metadata);
  return event_of(spec);
}

CatalogTable catalog_of(std::vector<CatalogColumn> columns) {
  return CatalogTable{
      .database = "shop", .table = "article", .columns = std::move(columns), .primary_key = {}};
}

bool agrees(std::string_view type, std::string_view metadata, const CatalogColumn& catalog) {
  return complete_schema(*event_of(type, metadata), catalog_of({catalog})).has_value();
}

TEST(CompleteSchema, FillsWhatTheEventDoesNotTell) {
  const auto event = event_of("0308fe0f", "f7016400");
  auto catalog =
      catalog_of({column("id", "int", "int(10) unsigned"), column("views", "bigint", "bigint(20)"),
                  column("status", "enum", "enum('a','b')", "utf8mb4"),
                  column("title", "varchar", "varchar(25)", "utf8mb4")});
  catalog.columns[0].is_unsigned = true;
  catalog.columns[2].labels = {"a", "b"};
  catalog.columns[3].collation = 45;
  catalog.primary_key = {1, 0};
  const auto schema = complete_schema(*event, catalog);
  ASSERT_TRUE(schema) << schema.error().message();
  const auto& columns = (*schema)->columns;
  EXPECT_TRUE((*schema)->has_names);
  EXPECT_EQ(columns[0].name, "id");
  EXPECT_TRUE(columns[0].is_unsigned && columns[0].has_known_signedness);
  EXPECT_FALSE(columns[1].is_unsigned);
  EXPECT_EQ(columns[2].labels, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(columns[3].collation, 45);
  EXPECT_TRUE(columns[3].has_known_collation);
  EXPECT_EQ((*schema)->primary_key, (std::vector<std::uint16_t>{1, 0}));
  EXPECT_FALSE(event->has_names) << "the event's own schema stays as it was";
}

TEST(CompleteSchema, LetsTheEventWin) {
  TableMapSpec spec;
  spec.types = from_hex("030ffc");
  spec.metadata = from_hex("640004");
  spec.with(1, "\x80").with(3, from_hex("082d"));
  spec.with(4, lenenc_text("id") + lenenc_text("old") + lenenc_text("doc")).with(8, from_hex("00"));
  auto catalog = catalog_of({column("id", "int", "int"), column("new", "varchar", "varchar(100)"),
                             column("doc", "longtext", "longtext", "utf8mb4")});
  catalog.columns[1].collation = 45;
  catalog.columns[2].is_json_text = true;
  catalog.primary_key = {1};
  const auto schema = complete_schema(*event_of(spec), catalog);
  ASSERT_TRUE(schema) << schema.error().message();
  EXPECT_TRUE((*schema)->columns[0].is_unsigned);
  EXPECT_EQ((*schema)->columns[1].name, "old");
  EXPECT_EQ((*schema)->columns[1].collation, 8);
  EXPECT_EQ((*schema)->columns[2].logical, LogicalType::JsonText);
  EXPECT_EQ((*schema)->primary_key, std::vector<std::uint16_t>{0});
}

TEST(CompleteSchema, AgreesOnEachType) {
  EXPECT_TRUE(agrees("01", "", column("a", "tinyint", "tinyint(4)")));
  EXPECT_TRUE(agrees("f6", "0a02", column("a", "decimal", "decimal(10,2) unsigned")));
  EXPECT_TRUE(agrees("f6", "0a00", column("a", "decimal", "decimal(10)")));
  EXPECT_TRUE(agrees("10", "0201", column("a", "bit", "bit(10)")));
  EXPECT_TRUE(agrees("12", "06", column("a", "datetime", "datetime(6)")));
  EXPECT_TRUE(agrees("11", "00", column("a", "timestamp", "timestamp")));
  EXPECT_TRUE(agrees("0c", "", column("a", "datetime", "datetime /* mariadb-5.3 */")));
  EXPECT_TRUE(agrees("0f", "9001", column("a", "varchar", "varchar(100)", "utf8mb4")));
  EXPECT_TRUE(agrees("0f", "6400", column("a", "varchar", "varchar(50)", "gbk")));
  EXPECT_TRUE(agrees("8d", "6500", column("a", "varchar", "varchar(100) /*M!100301 COMPRESSED*/")));
  EXPECT_TRUE(agrees("8c", "02", column("a", "text", "text /*M!100301 COMPRESSED*/")));
  EXPECT_TRUE(agrees("fe", "fe10", column("a", "binary", "binary(16)")));
  EXPECT_TRUE(agrees("fe", "fe10", column("a", "uuid", "uuid")));
  EXPECT_TRUE(agrees("fe", "fe10", column("a", "inet6", "inet6")));
  EXPECT_TRUE(agrees("0f", "0c00", column("a", "vector", "vector(3)")));
  EXPECT_TRUE(agrees("f2", "04", column("a", "vector", "vector(3)")));
  EXPECT_TRUE(agrees("f5", "04", column("a", "json", "json")));
  EXPECT_TRUE(agrees("ff", "04", column("a", "geomcollection", "geomcollection")));
  EXPECT_TRUE(agrees("fc", "03", column("a", "mediumtext", "mediumtext", "utf8mb4")));
}

TEST(CompleteSchema, RefusesAnotherShape) {
  EXPECT_FALSE(agrees("03", "", column("a", "bigint", "bigint(20)")));
  EXPECT_FALSE(agrees("f6", "0a02", column("a", "decimal", "decimal(10,3)")));
  EXPECT_FALSE(agrees("10", "0201", column("a", "bit", "bit(9)")));
  EXPECT_FALSE(agrees("12", "06", column("a", "datetime", "datetime")));
  EXPECT_FALSE(agrees("0f", "9001", column("a", "varchar", "varchar(101)", "utf8mb4")));
  EXPECT_FALSE(agrees("fe", "fe10", column("a", "binary", "binary(15)")));
  EXPECT_FALSE(agrees("fc", "03", column("a", "text", "text", "utf8mb4")));
  EXPECT_FALSE(agrees("03", "", column("a", "hologram", "hologram")));
  auto wide = column("a", "set", "set(…)");
  wide.labels.assign(9, "x");
  EXPECT_FALSE(agrees("fe", "f801", wide));
  EXPECT_TRUE(agrees("fe", "f802", wide));
  auto many = column("a", "enum", "enum(…)");
  many.labels.assign(256, "x");
  EXPECT_FALSE(agrees("fe", "f701", many));
  EXPECT_TRUE(agrees("fe", "f702", many));
}

TEST(CompleteSchema, NamesColumnAndBothTypesWhenItRefuses) {
  const auto refused = complete_schema(*event_of("f6", "0a02"),
                                       catalog_of({column("price", "decimal", "decimal(12,2)")}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::Rejected);
  EXPECT_EQ(refused.error().message(),
            "shop.article: column price (@1) is DECIMAL(10,2) in the event, but decimal(12,2) in "
            "the catalogue");
  const auto fewer =
      complete_schema(*event_of("0303", ""), catalog_of({column("a", "int", "int")}));
  ASSERT_FALSE(fewer);
  EXPECT_EQ(fewer.error().message(),
            "shop.article has 2 columns in the event, but 1 in the catalogue");
}

TEST(CompleteSchema, RefusesOldFractionsOfMariaDb) {
  const auto refused = complete_schema(
      *event_of("0c", ""), catalog_of({column("a", "datetime", "datetime(3) /* mariadb-5.3 */")}));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("mysql56_temporal_format=ON"), std::string::npos)
      << refused.error().message();
}

}  // namespace
}  // namespace replikey::decode
