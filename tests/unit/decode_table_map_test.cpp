#include <string>

#include "support/event_builder.hpp"
#include <gtest/gtest.h>

#include "replikey/decode/table_map.hpp"

namespace replikey::decode {
namespace {

using test::bytes_of;
using test::from_hex;
using test::le;
using test::lenenc_text;
using test::TableMapSpec;

Result<TableMap> decode(const TableMapSpec& spec, Flavour flavour = Flavour::MySql) {
  return decode_table_map(bytes_of(spec.body()), flavour);
}

ErrorCode code_of(const Result<TableMap>& result) {
  EXPECT_FALSE(result);
  return result.error().code();
}

Column only_column(std::string types, std::string metadata) {
  TableMapSpec spec;
  spec.types = std::move(types);
  spec.metadata = std::move(metadata);
  const auto map = decode(spec);
  EXPECT_TRUE(map) << (map ? "" : map.error().message());
  return map ? map->schema->columns.at(0) : Column{};
}

TEST(TableMap, NamesTableAndColumns) {
  TableMapSpec spec;
  spec.id = 0x010203040506;
  spec.types = "\x03\x03";
  spec.null_bits = "\x02";
  const auto map = decode(spec);
  ASSERT_TRUE(map) << map.error().message();
  EXPECT_EQ(map->table_id, 0x010203040506U);
  EXPECT_EQ(map->schema->database, "shop");
  EXPECT_EQ(map->schema->table, "article");
  EXPECT_FALSE(map->schema->has_names);
  ASSERT_EQ(map->schema->columns.size(), 2U);
  EXPECT_EQ(map->schema->columns[0].name, "@1");
  EXPECT_FALSE(map->schema->columns[0].is_nullable);
  EXPECT_TRUE(map->schema->columns[1].is_nullable);
  EXPECT_FALSE(map->schema->columns[0].has_known_signedness);
}

TEST(TableMap, ReadsTheLengthOfCharThatHidesInItsType) {
  const Column char255 = only_column("\xFE", "\xCE\xFC");  // CHAR(255) utf8mb4: 1020 bytes
  EXPECT_EQ(char255.type, ColumnType::String);
  EXPECT_EQ(char255.max_bytes, 1020U);
  EXPECT_EQ(char255.width, 2);
  const Column char4 = only_column("\xFE", "\xFE\x04");
  EXPECT_EQ(char4.max_bytes, 4U);
  EXPECT_EQ(char4.width, 1);
}

TEST(TableMap, TellsEnumAndSetFromString) {
  EXPECT_EQ(only_column("\xFE", "\xF7\x02").type, ColumnType::Enum);
  EXPECT_EQ(only_column("\xFE", "\xF7\x02").width, 2);
  EXPECT_EQ(only_column("\xFE", "\xF8\x08").type, ColumnType::Set);
  EXPECT_EQ(only_column("\xFE", "\xF8\x08").width, 8);
}

TEST(TableMap, ReadsEachTypesMetadata) {
  EXPECT_EQ(only_column("\x0F", le(300, 2)).width, 2);
  EXPECT_EQ(only_column("\x0F", le(255, 2)).width, 1);
  EXPECT_EQ(only_column("\x10", "\x02\x01").bits, 10);
  EXPECT_EQ(only_column("\x10", "\x02\x01").width, 2);
  EXPECT_EQ(only_column("\x10", le(0x0800, 2)).bits, 64);
  EXPECT_EQ(only_column("\xF6", "\x41\x1E").width, 30);
  EXPECT_EQ(only_column("\x12", "\x06").width, 8);
  EXPECT_EQ(only_column("\x13", "\x03").width, 5);
  EXPECT_EQ(only_column("\x11", std::string(1, '\0')).width, 4);
  EXPECT_EQ(only_column("\xFC", "\x03").width, 3);
  EXPECT_EQ(only_column("\xF5", "\x04").width, 4);
  EXPECT_EQ(only_column("\xFF", "\x04").width, 4);
  EXPECT_EQ(only_column("\xF2", "\x04").width, 4);
  EXPECT_EQ(only_column("\x8C", "\x02").type, ColumnType::MariaBlobCompressed);
  EXPECT_EQ(only_column("\x8D", le(100, 2)).max_bytes, 100U);
}

TEST(TableMap, StepsOverTheMetadataOfTypedArrays) {
  TableMapSpec spec;
  spec.types = from_hex("1414140f");
  spec.metadata = from_hex(
      "0f010203"
      "f60a02"
      "08"
      "6400");
  const auto map = decode(spec);
  ASSERT_TRUE(map) << map.error().message();
  EXPECT_EQ(map->schema->columns[0].width, 4);
  EXPECT_EQ(map->schema->columns[3].max_bytes, 100U);
}

TEST(TableMap, AcceptsTypesWhoseValuesNobodyCanSize) {
  EXPECT_EQ(only_column(std::string(1, '\0'), "").type, ColumnType::Decimal);
  EXPECT_EQ(only_column("\x06", "").type, ColumnType::Null);
}

TEST(TableMap, RefusesUnknownTypesAndImpossibleMetadata) {
  TableMapSpec spec;
  spec.types = "\x64";
  EXPECT_EQ(code_of(decode(spec)), ErrorCode::Unsupported);
  const auto refuses = [&spec](std::string types, std::string metadata) {
    spec.types = std::move(types);
    spec.metadata = std::move(metadata);
    const auto map = decode(spec);
    return !map && map.error().code() == ErrorCode::CorruptData;
  };
  EXPECT_TRUE(refuses("\xF6", "\x42\x01"));  // DECIMAL(66,1)
  EXPECT_TRUE(refuses("\xF6", "\x05\x06"));
  EXPECT_TRUE(refuses("\x12", "\x07"));
  EXPECT_TRUE(refuses("\x10", "\x08\x01"));
  EXPECT_TRUE(refuses("\x10", std::string(2, '\0')));
  EXPECT_TRUE(refuses("\x04", "\x08"));
  EXPECT_TRUE(refuses("\xFC", "\x05"));
  EXPECT_TRUE(refuses("\xFE", "\xF7\x03"));
  EXPECT_TRUE(refuses("\xFE", "\x40\x03"));
  EXPECT_TRUE(refuses("\x03", "\x01"));  // metadata nobody asked for
}

// YEAR has a bit; DATE, BIT, VARCHAR have none.
TEST(TableMap, CountsYearAmongTheSigned) {
  TableMapSpec spec;
  spec.types = from_hex(
      "0d0a0308"
      "100f0103");
  spec.metadata = from_hex(
      "0001"
      "6400");
  spec.with(1,
            from_hex("28"));  // 0 0 1 0 1: INT signed, BIGINT unsigned, TINY signed, INT unsigned
  const auto map = decode(spec);
  ASSERT_TRUE(map) << map.error().message();
  const auto& columns = map->schema->columns;
  EXPECT_FALSE(columns[0].is_unsigned);
  EXPECT_FALSE(columns[1].has_known_signedness);
  EXPECT_FALSE(columns[2].is_unsigned);
  EXPECT_TRUE(columns[3].is_unsigned);
  EXPECT_FALSE(columns[4].has_known_signedness);
  EXPECT_FALSE(columns[6].is_unsigned);
  EXPECT_TRUE(columns[7].is_unsigned);
}

TEST(TableMap, CountsCharsetsAsEachFlavourDoes) {
  TableMapSpec spec;
  spec.types = from_hex(
      "ff"
      "f2"
      "8d"
      "f5"
      "fe"
      "0f");  // GEOMETRY VECTOR COMPRESSED JSON ENUM VARCHAR
  spec.metadata = from_hex(
      "04"
      "04"
      "6400"
      "04"
      "f701"
      "6400");
  TableMapSpec mysql = spec;
  mysql.with(3, "\x3F\x08\x2D");  // VECTOR, compressed, VARCHAR
  const auto by_mysql = decode(mysql, Flavour::MySql);
  ASSERT_TRUE(by_mysql) << by_mysql.error().message();
  EXPECT_EQ(by_mysql->schema->columns[1].collation, 63);
  EXPECT_EQ(by_mysql->schema->columns[5].collation, 45);
  EXPECT_FALSE(by_mysql->schema->columns[0].has_known_collation);
  TableMapSpec maria = spec;
  maria.with(2, "\x2D\x01\x08");  // all utf8mb4, but the second of GEOMETRY, compressed, VARCHAR
  const auto by_maria = decode(maria, Flavour::MariaDb);
  ASSERT_TRUE(by_maria) << by_maria.error().message();
  EXPECT_EQ(by_maria->schema->columns[0].collation, 45);
  EXPECT_EQ(by_maria->schema->columns[2].collation, 8);
  EXPECT_EQ(by_maria->schema->columns[5].collation, 45);
}

TEST(TableMap, KeepsLabelsItCanReadAsUtf8) {
  TableMapSpec spec;
  spec.types = from_hex("fefefefe");
  spec.metadata = from_hex("f701f701f701f701");
  // Before the charsets, to show that the order does not matter: a | ä in utf8mb4, ä in latin1,
  // a in latin1, a in utf16.
  spec.with(6, "\x01" + lenenc_text("\xC3\xA4") + "\x01" + lenenc_text("\xE4") + "\x01" +
                   lenenc_text("a") + "\x01" + lenenc_text(std::string{"\0a", 2}));
  spec.with(11, from_hex("2d"
                         "08"
                         "08"
                         "36"));
  const auto map = decode(spec);
  ASSERT_TRUE(map) << map.error().message();
  const auto& columns = map->schema->columns;
  EXPECT_EQ(columns[0].labels, std::vector<std::string>{"\xC3\xA4"});
  EXPECT_TRUE(columns[1].labels.empty());
  EXPECT_EQ(columns[2].labels, std::vector<std::string>{"a"});
  EXPECT_TRUE(columns[3].labels.empty());
}

TEST(TableMap, ReadsBothFormsOfThePrimaryKey) {
  TableMapSpec spec;
  spec.types = from_hex("030303");
  TableMapSpec simple = spec;
  simple.with(8, from_hex("0200"));
  EXPECT_EQ(decode(simple)->schema->primary_key, (std::vector<std::uint16_t>{2, 0}));
  TableMapSpec prefixed = spec;
  prefixed.with(9, from_hex("0205"
                            "0100"));
  EXPECT_EQ(decode(prefixed)->schema->primary_key, (std::vector<std::uint16_t>{2, 1}));
  TableMapSpec wrong = spec;
  wrong.with(8, from_hex("03"));
  EXPECT_EQ(code_of(decode(wrong)), ErrorCode::CorruptData);
}

TEST(TableMap, SkipsMetadataItDoesNotKnow) {
  TableMapSpec spec;
  spec.types = from_hex("03");
  spec.with(99, "whatever").with(12, "\x80").with(13, "").with(4, lenenc_text("id"));
  const auto map = decode(spec);
  ASSERT_TRUE(map) << map.error().message();
  EXPECT_EQ(map->schema->columns[0].name, "id");
  EXPECT_TRUE(map->schema->has_names);
}

TEST(TableMap, RefusesMetadataThatDoesNotFitTheColumns) {
  const auto refuses = [](std::uint8_t kind, std::string_view value) {
    TableMapSpec spec;
    spec.types = from_hex("030ffe");
    spec.metadata = from_hex(
        "6400"
        "f701");
    spec.with(kind, value);
    const auto map = decode(spec);
    return !map && map.error().code() == ErrorCode::CorruptData;
  };
  EXPECT_TRUE(refuses(1, ""));
  EXPECT_TRUE(refuses(2, ""));
  EXPECT_TRUE(refuses(2, from_hex("2d0108")));
  EXPECT_TRUE(refuses(3, ""));
  EXPECT_TRUE(refuses(3, from_hex("2d2d")));
  EXPECT_TRUE(refuses(3, from_hex("fd000001")));
  EXPECT_TRUE(refuses(4, lenenc_text("a") + lenenc_text("b")));
  EXPECT_TRUE(refuses(4, lenenc_text("a") + lenenc_text("b") + lenenc_text("c") + "x"));
  EXPECT_TRUE(refuses(6, from_hex("feffffffffffffff7f")));
  EXPECT_TRUE(refuses(6, "\x02" + lenenc_text("a")));
}

// A table of every type with full metadata, by MySQL 8.0 and by MariaDB 10.5; from
// https://github.com/go-mysql-org/go-mysql replication/row_event_test.go.
TEST(TableMap, SurvivesEveryTruncationOfARealOne) {
  const std::string body = from_hex(
      "6a00000000000100047465737400065f7479706573002a10010102090308f604050102090308f604050d0a131312"
      "12"
      "1111fe0ffe0ffcfcfcfcfcfcfcfcfefefff5260008411e0408411e0408000600060006cefcfc03fe404000010203"
      "0401020304f701f80104040000fcc3ff030103007f80030ce0e03f3f3f3f3f3fe0e0e0e007010004fc9401"
      "05625f626974096e5f626f6f6c65616e096e5f74696e79696e740a6e5f736d616c6c696e740b6e5f6d656469756d"
      "696e74056e5f696e74086e5f626967696e74096e5f646563696d616c076e5f666c6f6174086e5f646f75626c650a"
      "6e755f74696e79696e740b6e755f736d616c6c696e740c6e755f6d656469756d696e74066e755f696e74096e755f"
      "626967696e740a6e755f646563696d616c086e755f666c6f6174096e755f646f75626c6506745f7965617206745f"
      "6461746506745f74696d6507745f6674696d650a745f6461746574696d650b745f666461746574696d650b745f74"
      "696d657374616d700c745f6674696d657374616d7006635f6368617209635f7661726368617208635f62696e6172"
      "790b635f76617262696e6172790a635f74696e79626c6f6206635f626c6f620c635f6d656469756d626c6f620a63"
      "5f6c6f6e67626c6f620a635f74696e797465787406635f746578740c635f6d656469756d746578740a635f6c6f6e"
      "677465787406655f656e756d05735f7365740a675f67656f6d65747279066a5f6a736f6e0a01e0050502013101"
      "3206050201610162");
  const auto map = decode_table_map(bytes_of(body));
  ASSERT_TRUE(map) << map.error().message();
  EXPECT_EQ(map->schema->columns.size(), 42U);
  EXPECT_EQ(map->schema->columns[18].name, "t_year");
  EXPECT_FALSE(map->schema->columns[9].is_unsigned);
  EXPECT_TRUE(map->schema->columns[10].is_unsigned);
  EXPECT_EQ(map->schema->columns[38].labels, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(map->schema->columns[39].labels, (std::vector<std::string>{"1", "2"}));
  for (std::size_t size = 0; size < body.size(); ++size) {
    const std::vector<char> cut{body.begin(), body.begin() + static_cast<std::ptrdiff_t>(size)};
    (void)decode_table_map(std::as_bytes(std::span{cut}));
  }
}

}  // namespace
}  // namespace replikey::decode
