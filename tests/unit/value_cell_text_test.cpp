#include <cstring>
#include <map>

#include "value_goldens.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replikey/value/cell_text.hpp"

namespace replikey::value {
namespace {

using ::testing::HasSubstr;

std::string text_of(std::string_view bytes, const Column& column, const Format& format = {}) {
  std::string out;
  const Status status = append_text(out, cell_of(bytes), column, format);
  return status ? out : "error: " + status.error().message();
}

std::string json_of(std::string_view bytes, const Column& column, const Format& format = {}) {
  std::string out;
  const Status status = append_json(out, cell_of(bytes), column, format);
  return status ? out : "error: " + status.error().message();
}

template <typename T>
std::string raw(T value, std::size_t size = sizeof(T)) {
  std::string bytes(size, '\0');
  std::memcpy(bytes.data(), &value, size);
  return bytes;
}

Column column_of(ColumnType type) {
  return {.name = "c", .type = type, .labels = {}};
}

Column text_column(std::uint16_t collation, ColumnType type = ColumnType::Varchar) {
  Column column = column_of(type);
  column.has_known_collation = true;
  column.collation = collation;
  return column;
}

ColumnType type_of(const std::string& name) {
  static const std::map<std::string, ColumnType> types{
      {"Tiny", ColumnType::Tiny},         {"Short", ColumnType::Short},
      {"Int24", ColumnType::Int24},       {"Long", ColumnType::Long},
      {"LongLong", ColumnType::LongLong}, {"NewDecimal", ColumnType::NewDecimal},
      {"Time2", ColumnType::Time2},       {"Datetime2", ColumnType::Datetime2},
      {"Date", ColumnType::Date},         {"Timestamp2", ColumnType::Timestamp2},
      {"Year", ColumnType::Year},         {"Bit", ColumnType::Bit},
      {"Varchar", ColumnType::Varchar},   {"String", ColumnType::String},
      {"Blob", ColumnType::Blob},         {"Enum", ColumnType::Enum},
      {"Set", ColumnType::Set},           {"Json", ColumnType::Json}};
  return types.at(name);
}

void set(Column& column, const std::string& key, const std::string& value) {
  if (key == "signed" || key == "unsigned") {
    column.has_known_signedness = true;
    column.is_unsigned = key == "unsigned";
  } else if (key == "precision") {
    column.precision = static_cast<std::uint8_t>(std::stoi(value));
  } else if (key == "scale") {
    column.scale = static_cast<std::uint8_t>(std::stoi(value));
  } else if (key == "bits") {
    column.bits = static_cast<std::uint16_t>(std::stoi(value));
  } else if (key == "max_bytes") {
    column.max_bytes = static_cast<std::uint32_t>(std::stoi(value));
  } else if (key == "collation") {
    column.has_known_collation = true;
    column.collation = static_cast<std::uint16_t>(std::stoi(value));
  } else if (key == "labels") {
    column.labels = split(value, '|');
  } else {
    FAIL() << key;
  }
}

/// "NewDecimal precision=10 scale=2" as in the goldens.
Column parse_column(const std::string& text) {
  const auto words = split(text, ' ');
  Column column = column_of(type_of(words.front()));
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto pair = split(words[i], '=');
    set(column, pair.front(), pair.back());
  }
  return column;
}

TEST(CellText, PrintsWhatMysqlPrints) {
  const auto rows = read_table(REPLIKEY_TEST_GOLDENS "/value/mysql97.tsv");
  ASSERT_GT(rows.size(), 400U);
  for (const auto& row : rows) {
    std::string expected = unhex(row.at(2));
    if (row.at(0) == "Year" && expected == "0000") {
      expected = "0";
    }
    EXPECT_EQ(text_of(unhex(row.at(1)), parse_column(row.at(0))), expected)
        << row.at(0) << ' ' << row.at(1).substr(0, 100);
  }
}

TEST(CellText, RefusesEveryPrefixOfAFixedWidthValue) {
  for (const auto& row : read_table(REPLIKEY_TEST_GOLDENS "/value/mysql97.tsv")) {
    const Column column = parse_column(row.at(0));
    const std::string bytes = unhex(row.at(1));
    if (column.has_known_collation || column.type == ColumnType::Json ||
        column.type == ColumnType::Enum || column.type == ColumnType::Set) {
      continue;
    }
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_THAT(text_of(bytes.substr(0, size), column), HasSubstr("error: column \"c\""))
          << row.at(0);
    }
  }
}

TEST(CellText, TreatsIntegersOfUnknownSignednessAsSigned) {
  Column column = column_of(ColumnType::LongLong);
  column.is_unsigned = true;
  EXPECT_EQ(text_of(raw(~std::uint64_t{0}), column), "-1");
  column.has_known_signedness = true;
  EXPECT_EQ(text_of(raw(~std::uint64_t{0}), column), "18446744073709551615");
}

TEST(CellText, QuotesBigintsAndDecimalsInDocumentsWhereAsked) {
  Column bigint = parse_column("LongLong unsigned");
  Column decimal = parse_column("NewDecimal precision=4 scale=2");
  const Format format{.bigint = BigintForm::String, .decimal = DecimalForm::String};
  EXPECT_EQ(json_of(raw(std::uint64_t{7}), bigint), "7");
  EXPECT_EQ(json_of(raw(std::uint64_t{7}), bigint, format), "\"7\"");
  EXPECT_EQ(text_of(raw(std::uint64_t{7}), bigint, format), "7");
  EXPECT_EQ(json_of(raw(7), parse_column("Long unsigned"), format), "7");
  EXPECT_EQ(json_of(unhex("8c32"), decimal), "12.50");
  EXPECT_EQ(json_of(unhex("8c32"), decimal, format), "\"12.50\"");
  EXPECT_EQ(text_of(unhex("8c32"), decimal, format), "12.50");
}

TEST(CellText, WritesFloatsAsShortAsTheirOwnPrecisionAllows) {
  EXPECT_EQ(text_of(raw(0.1F), column_of(ColumnType::Float)), "0.1");
  EXPECT_EQ(text_of(raw(16777216.0F), column_of(ColumnType::Float)), "16777216");
  EXPECT_EQ(json_of(raw(0.1), column_of(ColumnType::Double)), "0.1");
  EXPECT_EQ(json_of(raw(-1e300), column_of(ColumnType::Double)), "-1e+300");
  EXPECT_EQ(json_of(raw(5e-324), column_of(ColumnType::Double)), "5e-324");
  EXPECT_THAT(text_of(raw(std::numeric_limits<double>::infinity()), column_of(ColumnType::Double)),
              HasSubstr("no value of that type"));
}

TEST(CellText, WritesYearZeroAsZero) {
  EXPECT_EQ(text_of(unhex("00"), column_of(ColumnType::Year)), "0");
  EXPECT_EQ(json_of(unhex("00"), column_of(ColumnType::Year)), "0");
  EXPECT_EQ(json_of(unhex("7e"), column_of(ColumnType::Year)), "2026");
}

TEST(CellText, WritesTimestampsInEveryForm) {
  const std::string bytes = unhex("6930d9a007b4");  // 1764809120.1972
  Column column = column_of(ColumnType::Timestamp2);
  column.scale = 3;
  const auto zone = TimeZone::find("+05:30");
  ASSERT_TRUE(zone);
  Format format{.time_zone = zone->get()};
  EXPECT_EQ(json_of(bytes, column), "\"2025-12-04 00:45:20.197\"");
  EXPECT_EQ(json_of(bytes, column, format), "\"2025-12-04 06:15:20.197\"");
  format.timestamp = TimestampForm::Iso8601;
  EXPECT_EQ(text_of(bytes, column, format), "2025-12-04T06:15:20.197+05:30");
  format.time_zone = nullptr;
  EXPECT_EQ(json_of(bytes, column, format), "\"2025-12-04T00:45:20.197Z\"");
  format.timestamp = TimestampForm::Epoch;
  EXPECT_EQ(json_of(bytes, column, format), "1764809120.197");
  format.timestamp = TimestampForm::EpochMs;
  EXPECT_EQ(text_of(bytes, column, format), "1764809120197");
}

TEST(CellText, KeepsZeroTimestampsZeroInEveryZone) {
  const std::string bytes(4, '\0');
  const Column column = column_of(ColumnType::Timestamp2);
  const auto zone = TimeZone::find("-05:00");
  ASSERT_TRUE(zone);
  Format format{.time_zone = zone->get()};
  EXPECT_EQ(text_of(bytes, column, format), "0000-00-00 00:00:00");
  format.timestamp = TimestampForm::Epoch;
  EXPECT_EQ(json_of(bytes, column, format), "0");
}

TEST(CellText, WritesTimestampsBeyond2038) {
  EXPECT_EQ(text_of(unhex("ffffffff"), column_of(ColumnType::Timestamp2)), "2106-02-07 06:28:15");
}

TEST(CellText, WritesTheOldTemporalFormats) {
  EXPECT_EQ(text_of(unhex("400d03"), column_of(ColumnType::Time)), "20:00:00");
  EXPECT_EQ(text_of(raw(-8385959, 3), column_of(ColumnType::Time)), "-838:59:59");
  EXPECT_EQ(json_of(raw(std::uint64_t{20261122100000}), column_of(ColumnType::Datetime)),
            "\"2026-11-22 10:00:00\"");
  EXPECT_EQ(text_of(raw(1764809120), column_of(ColumnType::Timestamp)), "2025-12-04 00:45:20");
  EXPECT_THAT(text_of(raw(1), column_of(ColumnType::Time)), HasSubstr("ALTER TABLE"));
}

TEST(CellText, PadsBinaryToItsLengthAgain) {
  Column column = text_column(kBinaryCollation, ColumnType::String);
  column.max_bytes = 4;
  EXPECT_EQ(text_of("ab", column), std::string("ab\0\0", 4));
  EXPECT_EQ(json_of("ab", column), "\"YWIAAA==\"");
  EXPECT_EQ(text_of("abcd", column), "abcd");
}

TEST(CellText, WritesBinaryAsBase64InDocumentsAndRawElsewhere) {
  const Column column = text_column(kBinaryCollation, ColumnType::Blob);
  EXPECT_EQ(json_of("", column), "\"\"");
  EXPECT_EQ(json_of("f", column), "\"Zg==\"");
  EXPECT_EQ(json_of("fo", column), "\"Zm8=\"");
  EXPECT_EQ(json_of("foo", column), "\"Zm9v\"");
  EXPECT_EQ(json_of(std::string(300, '\xFF'), column), '"' + std::string(400, '/') + '"');
  EXPECT_EQ(text_of("\xFF", column), "\xFF");
}

TEST(CellText, GuessesTextWhereNothingTellsTheCollation) {
  const Column column = column_of(ColumnType::Varchar);
  EXPECT_EQ(json_of("h\xC3\xA9", column), "\"h\xC3\xA9\"");
  EXPECT_EQ(text_of("\xFF\xFE", column), "//4=");
  EXPECT_EQ(json_of("\xFF\xFE", column), "\"//4=\"");
}

TEST(CellText, ReplacesInvalidUtf8InDocumentsOnly) {
  EXPECT_EQ(json_of("a\xFFz", text_column(45)), "\"a\xEF\xBF\xBDz\"");
  EXPECT_EQ(text_of("a\xFFz", text_column(45)), "a\xFFz");
}

TEST(CellText, WritesLabelsOfEnumAndSet) {
  Column status = column_of(ColumnType::Enum);
  EXPECT_EQ(json_of("\x02", status), "2");
  status.labels = {"draft", "say \"hi\""};
  EXPECT_EQ(json_of("\x02", status), "\"say \\\"hi\\\"\"");
  EXPECT_EQ(text_of(std::string(1, '\0'), status), "");
  EXPECT_THAT(text_of("\x03", status), HasSubstr("no value of that type"));
  Column tags = column_of(ColumnType::Set);
  EXPECT_EQ(json_of("\x05", tags), "5");
  tags.labels = {"a", "b", "c"};
  EXPECT_EQ(json_of("\x05", tags), "\"a,c\"");
  EXPECT_EQ(text_of(std::string(1, '\0'), tags), "");
  EXPECT_THAT(text_of("\x08", tags), HasSubstr("no value of that type"));
}

TEST(CellText, EmbedsJsonThatMariadbKeepsAsText) {
  Column column = text_column(46, ColumnType::Blob);
  column.logical = LogicalType::JsonText;
  EXPECT_EQ(json_of(R"({"a": [1, 2.5e3, "\u00e9"]})", column), R"({"a": [1, 2.5e3, "\u00e9"]})");
  EXPECT_EQ(text_of(R"({"a":1})", column), R"({"a":1})");
  EXPECT_EQ(json_of("{\"a\":}", column), R"("{\"a\":}")");
  EXPECT_EQ(json_of("", column), "\"\"");
}

TEST(CellText, WritesVectorsAsNumbers) {
  const std::string bytes = raw(1.5F) + raw(-2.0F);
  EXPECT_EQ(json_of(bytes, column_of(ColumnType::Vector)), "[1.5,-2]");
  EXPECT_EQ(json_of("", column_of(ColumnType::Vector)), "[]");
  EXPECT_EQ(text_of(bytes, column_of(ColumnType::Vector)), bytes);
  EXPECT_THAT(json_of("abc", column_of(ColumnType::Vector)), HasSubstr("3 bytes"));
}

TEST(CellText, NamesColumnAndTypeOfWhatItDoesNotWrite) {
  std::string out;
  const Status status = append_text(out, cell_of("x"), column_of(ColumnType::Geometry), {});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code(), ErrorCode::Unsupported);
  EXPECT_THAT(status.error().message(), HasSubstr("column \"c\" (GEOMETRY)"));
  EXPECT_THAT(text_of("x", text_column(9999)), HasSubstr("collation 9999 is not known"));
}

TEST(JsonString, EscapesWhatJsonWantsEscapedWhereverItStands) {
  for (std::size_t before = 0; before < 20; ++before) {
    const std::string padding(before, 'x');
    std::string out;
    append_json_string(out, padding + "\"\\/\b\f\n\r\t\x01\x1F\x7F\xC3\xA9" + padding);
    EXPECT_EQ(out,
              '"' + padding + R"(\"\\/\b\f\n\r\t\u0001\u001f)" + "\x7F\xC3\xA9" + padding + '"');
  }
}

TEST(JsonString, TakesEveryByteBesideEveryOther) {
  for (int first = 0; first < 128; ++first) {
    for (int second = 0; second < 128; ++second) {
      const std::string text{
          'a', static_cast<char>(first), static_cast<char>(second), 'b', 'c', 'd', 'e', 'f'};
      std::string whole;
      append_json_string(whole, text);
      std::string parts = "\"";
      for (const char c : text) {
        std::string one;
        append_json_string(one, std::string_view{&c, 1});
        parts += one.substr(1, one.size() - 2);
      }
      EXPECT_EQ(whole, parts + '"');
    }
  }
}

}  // namespace
}  // namespace replikey::value
