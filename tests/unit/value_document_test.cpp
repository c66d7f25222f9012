#include <array>

#include "value_goldens.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replikey/value/document.hpp"

namespace replikey::value {
namespace {

class Document : public ::testing::Test {
 protected:
  std::string write(const Format& format) {
    std::string out;
    const Status status = append_document(out, cells_, columns_, members_, format);
    return status ? out : "error: " + status.error().message();
  }

  std::vector<Column> columns_{{.name = "id", .type = ColumnType::Tiny, .labels = {}},
                               {.name = "title",
                                .type = ColumnType::Varchar,
                                .has_known_collation = true,
                                .collation = 45,
                                .labels = {}}};
  std::vector<Cell> cells_{cell_of("\x01"), cell_of("x")};
  std::vector<Member> members_{{0, quoted_name("id")}, {1, quoted_name("title")}};
};

TEST_F(Document, IsCompactAndInTheOrderOfItsMembers) {
  EXPECT_EQ(write({}), R"({"id":1,"title":"x"})");
  std::swap(members_[0], members_[1]);
  EXPECT_EQ(write({}), R"({"title":"x","id":1})");
}

TEST_F(Document, HasNullsOrOmitsThem) {
  cells_[0] = {.state = Cell::State::Null};
  EXPECT_EQ(write({.nulls = Nulls::Null}), R"({"id":null,"title":"x"})");
  EXPECT_EQ(write({.nulls = Nulls::Empty}), R"({"id":null,"title":"x"})");
  EXPECT_EQ(write({.nulls = Nulls::Omit}), R"({"title":"x"})");
}

TEST_F(Document, LeavesAbsentColumnsOut) {
  cells_[0] = {};
  EXPECT_EQ(write({}), R"({"title":"x"})");
  cells_[1] = {};
  EXPECT_EQ(write({}), "{}");
}

TEST_F(Document, NamesTheColumnThatCannotBeWritten) {
  cells_[0] = cell_of("\x01\x02");
  EXPECT_THAT(write({}), ::testing::HasSubstr("column \"id\" (TINYINT): 2 bytes"));
}

TEST(QuotedName, EscapesWhatJsonWantsEscaped) {
  EXPECT_EQ(quoted_name("say \"hi\""), R"("say \"hi\"":)");
}

}  // namespace
}  // namespace replikey::value
