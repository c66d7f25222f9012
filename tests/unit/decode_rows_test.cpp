#include <string>
#include <vector>

#include "support/event_builder.hpp"
#include <gtest/gtest.h>

#include "replikey/decode/rows.hpp"

namespace replikey::decode {
namespace {

using test::bytes_of;
using test::from_hex;
using test::TableMapSpec;
using test::to_hex;

std::shared_ptr<const TableMap> map_of(std::string types, std::string metadata) {
  TableMapSpec spec;
  spec.types = std::move(types);
  spec.metadata = std::move(metadata);
  auto map = decode_table_map(bytes_of(spec.body()));
  EXPECT_TRUE(map) << (map ? "" : map.error().message());
  return std::make_shared<const TableMap>(*std::move(map));
}

std::string describe(Row row) {
  std::string text;
  for (const Cell& cell : row) {
    text += cell.is_absent() ? "- " : cell.is_null() ? "NULL " : to_hex(cell.bytes()) + " ";
  }
  return text;
}

TEST(SplitImage, CutsEachLayout) {
  // TINY, INT24, VARCHAR(100), VARCHAR(300), BLOB with 3, CHAR(4), BIT(10), DECIMAL(10,2),
  // TIMESTAMP(2), DATETIME, TIME(3), YEAR, ENUM, SET(9), JSON
  const auto map = map_of(from_hex("01090f0ffcfe10f61112130dfefef5"), from_hex("6400"
                                                                               "2c01"
                                                                               "03"
                                                                               "fe04"
                                                                               "0201"
                                                                               "0a02"
                                                                               "02"
                                                                               "00"
                                                                               "03"
                                                                               "f701"
                                                                               "f802"
                                                                               "04"));
  const std::string image = from_hex(
      "0000"
      "07"
      "010203"
      "024142"
      "0300434445"
      "020000"
      "4647"
      "0148"
      "0201"
      "7ffffff3dd"
      "6b02bd200c"
      "99bb6ca000"
      "7f3fffec78"
      "7e"
      "03"
      "0500"
      "03000000"
      "0400ff");
  std::vector<Cell> cells;
  const auto size = split_image(*map->schema, bytes_of(from_hex("ff7f")), bytes_of(image), cells);
  ASSERT_TRUE(size) << size.error().message();
  EXPECT_EQ(*size, image.size());
  EXPECT_EQ(describe(cells),
            "07 010203 4142 434445 4647 48 0201 7ffffff3dd 6b02bd200c 99bb6ca000 7f3fffec78 7e 03 "
            "0500 0400ff ");
  for (std::size_t cut = 0; cut < image.size(); ++cut) {
    const std::vector<char> copy{image.begin(), image.begin() + static_cast<std::ptrdiff_t>(cut)};
    const auto result = split_image(*map->schema, bytes_of(from_hex("ff7f")),
                                    std::as_bytes(std::span{copy}), cells);
    ASSERT_FALSE(result) << cut;
    EXPECT_EQ(result.error().code(), ErrorCode::CorruptData);
  }
}

TEST(SplitImage, CountsNullBitsOverPresentColumnsOnly) {
  const auto map = map_of("\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01", "");
  std::vector<Cell> cells;
  // Present: columns 1, 3, 9; the second of them is NULL.
  const auto present = from_hex("0a02");
  const auto image = from_hex(
      "02"
      "aa"
      "bb");
  const auto size = split_image(*map->schema, bytes_of(present), bytes_of(image), cells);
  ASSERT_TRUE(size) << size.error().message();
  EXPECT_EQ(*size, 3U);
  EXPECT_EQ(describe(cells), "- aa - NULL - - - - - bb ");
}

TEST(SplitImage, SkipsValuesOtherModulesCannotRender) {
  const auto map = map_of(from_hex("fff2148c8d01"), from_hex("04"
                                                             "04"
                                                             "03"
                                                             "02"
                                                             "6400"));
  std::vector<Cell> cells;
  const auto image = from_hex(
      "00"
      "0100000061"
      "0100000062"
      "0100000063"
      "010064"
      "0165"
      "07");
  const auto size = split_image(*map->schema, bytes_of("\x3F"), bytes_of(image), cells);
  ASSERT_TRUE(size) << size.error().message();
  EXPECT_EQ(describe(cells), "61 62 63 64 65 07 ");
}

TEST(SplitImage, RefusesAValueOfNoKnownSizeButNotItsNull) {
  const auto map = map_of(std::string("\x01\x00", 2), "");
  std::vector<Cell> cells;
  const auto is_null =
      split_image(*map->schema, bytes_of("\x03"), bytes_of(from_hex("0207")), cells);
  EXPECT_TRUE(is_null);
  const auto refused =
      split_image(*map->schema, bytes_of("\x03"), bytes_of(from_hex("000731")), cells);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::Unsupported);
  EXPECT_NE(refused.error().message().find("shop.article: @2"), std::string::npos)
      << refused.error().message();
}

TEST(SplitImage, RefusesABitmapThatIsTooShort) {
  const auto map = map_of("\x01\x01\x01\x01\x01\x01\x01\x01\x01", "");
  std::vector<Cell> cells;
  EXPECT_FALSE(split_image(*map->schema, bytes_of("\x01"), bytes_of(from_hex("0007")), cells));
}

class RowCursorTest : public testing::Test {
 protected:
  std::string walk(Operation operation, std::string_view before, std::string_view after,
                   const std::string& images) {
    const Rows rows{.operation = operation,
                    .table = map_,
                    .before_present = bytes_of(before),
                    .after_present = bytes_of(after),
                    .images = bytes_of(images),
                    .ends_statement = true};
    cursor_.reset(*map_->schema, rows);
    std::string text;
    RowChange change;
    while (true) {
      const auto more = cursor_.next(change);
      if (!more) {
        return text + "error";
      }
      if (!*more) {
        return text;
      }
      text += "[" + describe(change.before) + "> " + describe(change.after) + "]";
    }
  }

  std::shared_ptr<const TableMap> map_ = map_of("\x01\x01", "");
  RowCursor cursor_;
};

TEST_F(RowCursorTest, WalksEachOperation) {
  EXPECT_EQ(walk(Operation::Insert, "", "\x03",
                 from_hex("000102"
                          "000304")),
            "[> 01 02 ][> 03 04 ]");
  EXPECT_EQ(walk(Operation::Delete, "\x03", "", from_hex("000102")), "[01 02 > ]");
  EXPECT_EQ(walk(Operation::Update, "\x01", "\x02",
                 from_hex("0001"
                          "0002"
                          "0003"
                          "01")),
            "[01 - > - 02 ][03 - > - NULL ]");
  EXPECT_EQ(walk(Operation::Delete, "\x03", "", ""), "");
}

TEST_F(RowCursorTest, StopsAtARowThatIsCutOff) {
  EXPECT_EQ(walk(Operation::Insert, "", "\x03",
                 from_hex("000102"
                          "0003")),
            "[> 01 02 ]error");
  EXPECT_EQ(walk(Operation::Update, "\x03", "\x03", from_hex("000102")), "error");
}

TEST_F(RowCursorTest, RefusesBytesOfRowsWithoutColumns) {
  EXPECT_EQ(walk(Operation::Insert, "", std::string(1, '\0'), "x"), "error");
}

// INSERT INTO t VALUES () under binlog_row_image=MINIMAL.
TEST_F(RowCursorTest, GivesOneRowWhereNoColumnIsPresent) {
  EXPECT_EQ(walk(Operation::Insert, "", std::string(1, '\0'), ""), "[> - - ]");
}

TEST(Rows, PointToACopyAfterRebase) {
  const std::string from = "....BBAAiii";
  const std::string to = from;
  Rows rows;
  rows.before_present = bytes_of(from).subspan(4, 2);
  rows.images = bytes_of(from).subspan(8, 3);
  rows.rebase(bytes_of(from), bytes_of(to));
  EXPECT_EQ(rows.before_present.data(), bytes_of(to).data() + 4);
  EXPECT_EQ(rows.before_present.size(), 2U);
  EXPECT_TRUE(rows.after_present.empty());
  EXPECT_EQ(rows.images.data(), bytes_of(to).data() + 8);
}

}  // namespace
}  // namespace replikey::decode
