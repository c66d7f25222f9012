// Key templates, and keys made from rows.

#include <map>
#include <random>
#include <string>
#include <vector>

#include "sample_rows.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replikey/route/key_template.hpp"
#include "replikey/route/table_plan.hpp"

namespace replikey::route {
namespace {

using test::ArticleRow;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::string complaint_about(std::string_view text) {
  auto parsed = KeyTemplate::parse(text);
  if (parsed) {
    return "";
  }
  EXPECT_EQ(parsed.error().code(), ErrorCode::InvalidConfig);
  return parsed.error().message();
}

/// What the template makes of the row, or what it says.
std::string key_of(std::string_view text, Row row, Escape escape = Escape::Percent,
                   const value::Format& format = {}) {
  auto parsed = KeyTemplate::parse(text);
  if (!parsed) {
    return parsed.error().message();
  }
  const auto schema = test::article_schema();
  auto bound = BoundKey::bind(*parsed, escape, schema->columns);
  if (!bound) {
    return bound.error().message();
  }
  std::string out = ">";
  auto status = bound->append(out, row, schema->columns, format);
  if (!status) {
    EXPECT_EQ(out, ">") << "left as it was";
    return status.error().message();
  }
  return out.substr(1);
}

TEST(KeyTemplate, TellsTextFromColumns) {
  const auto parsed = KeyTemplate::parse("a:{ id }:{title}z");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->column_count(), 2U);
  EXPECT_EQ(parsed->text(), "a:{ id }:{title}z");
  ASSERT_EQ(parsed->parts().size(), 3U);
  EXPECT_EQ(parsed->parts()[0].literal, "a:");
  EXPECT_EQ(parsed->parts()[0].column, "id");
  EXPECT_EQ(parsed->parts()[1].literal, ":");
  EXPECT_EQ(parsed->parts()[1].column, "title");
  EXPECT_EQ(parsed->parts()[2].literal, "z");
  EXPECT_EQ(parsed->parts()[2].column, "");
}

TEST(KeyTemplate, SaysWhereItIsWrong) {
  EXPECT_THAT(complaint_about("article"), HasSubstr("no column in it"));
  EXPECT_THAT(complaint_about(""), HasSubstr("no column in it"));
  EXPECT_THAT(complaint_about("{{id}}"), HasSubstr("no column in it"));
  EXPECT_THAT(complaint_about("a:{id"), AllOf(HasSubstr("character 3"), HasSubstr("never closed")));
  EXPECT_THAT(complaint_about("a:id}"), AllOf(HasSubstr("character 5"), HasSubstr("write }}")));
  EXPECT_THAT(complaint_about("{id}}"), HasSubstr("character 5"));
  EXPECT_THAT(complaint_about("a:{}"),
              AllOf(HasSubstr("character 3"), HasSubstr("no column name")));
  EXPECT_THAT(complaint_about("a:{ \t}"), HasSubstr("no column name"));
  EXPECT_THAT(complaint_about("{a{b}"), HasSubstr("a brace inside braces"));
  EXPECT_THAT(complaint_about("{id | lower}"), HasSubstr("functions"));
  EXPECT_THAT(complaint_about("{@table}:{id}"), HasSubstr("metadata"));
}

TEST(BoundKey, RendersColumnsBetweenText) {
  const ArticleRow row{7, "T", "A"};
  EXPECT_EQ(key_of("article:article_id_{id}", row.row()), "article:article_id_7");
  EXPECT_EQ(key_of("{id}", row.row()), "7");
  EXPECT_EQ(key_of("{{{id}}}:{{}}", row.row()), "{7}:{}");
  EXPECT_EQ(key_of("{title}:{id}:{title}!", row.row()), "T:7:T!");
  EXPECT_EQ(key_of("x{id}", ArticleRow{-5, "", ""}.row()), "x-5");
}

TEST(BoundKey, LeavesASingleValueAsItIs) {
  const ArticleRow row{1, "50% a:b/c", ""};
  EXPECT_EQ(key_of("t:{title}", row.row()), "t:50% a:b/c");
  EXPECT_EQ(key_of("t:{author}", row.row()), "t:") << "an empty text is a value";
}

TEST(BoundKey, EscapesSeparatorsAndPercentOfCompositeKeys) {
  const ArticleRow row{1, "a:b%c-d", "x:y"};
  EXPECT_EQ(key_of("k-{title}:{author}-z", row.row()), "k-a%3Ab%25c-d:x%3Ay-z")
      << "only what stands between columns separates";
  EXPECT_EQ(key_of("{title}:{id}-{author}", row.row()), "a%3Ab%25c%2Dd:1-x%3Ay");
  EXPECT_EQ(key_of("k-{title}:{author}", row.row(), Escape::None), "k-a:b%c-d:x:y");
  const ArticleRow letters{1, "item_1", "og"};
  EXPECT_EQ(key_of("{title}:item_{author}", letters.row()), "item%5F1:item_og")
      << "letters separate nothing where punctuation does";
  EXPECT_EQ(key_of("{title}g{author}", letters.row()), "item_1go%67");
}

TEST(BoundKey, RefusesNullAndAbsentColumns) {
  ArticleRow row{1, std::nullopt, "A"};
  EXPECT_THAT(key_of("{id}:{title}", row.row()),
              AllOf(HasSubstr("\"title\""), HasSubstr("is NULL in this row")));
  row.without(2);
  EXPECT_THAT(key_of("{id}:{author}", row.row()),
              AllOf(HasSubstr("\"author\""), HasSubstr("binlog_row_image = FULL")));
}

TEST(BoundKey, NamesTheColumnThatDoesNotExist) {
  EXPECT_THAT(key_of("{id}:{titel}", ArticleRow{1, "", ""}.row()),
              AllOf(HasSubstr("\"titel\""), HasSubstr("did you mean \"title\"")));
}

TEST(BoundKey, LeavesItsBufferWhenAValueDoesNotRender) {
  auto schema = *test::article_schema();
  schema.columns[2].collation = 65'000;  // nobody knows it
  const auto parsed = KeyTemplate::parse("{id}:{author}");
  const auto bound = BoundKey::bind(*parsed, Escape::Percent, schema.columns);
  std::string out = "before";
  EXPECT_FALSE(bound->append(out, ArticleRow(1, "", "\xe4").row(), schema.columns, {}));
  EXPECT_EQ(out, "before");
}

TEST(BoundKey, DiffersWhenOneOfItsColumnsDoes) {
  const auto schema = test::article_schema();
  const auto bound =
      BoundKey::bind(*KeyTemplate::parse("{id}:{title}:{id}"), Escape::Percent, schema->columns);
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->columns().size(), 2U) << "each once";
  const ArticleRow row{1, "a", "x"};
  EXPECT_FALSE(bound->differs(row.row(), row.row()));
  EXPECT_FALSE(bound->differs(row.row(), ArticleRow(1, "a", "y").row()));
  EXPECT_TRUE(bound->differs(row.row(), ArticleRow(2, "a", "x").row()));
  EXPECT_TRUE(bound->differs(row.row(), ArticleRow(1, "b", "x").row()));
  EXPECT_TRUE(bound->differs(row.row(), ArticleRow(1, "ab", "x").row()));
  EXPECT_TRUE(bound->differs(row.row(), ArticleRow(1, std::nullopt, "x").row()));
  EXPECT_TRUE(bound->differs(ArticleRow(1, "", "x").row(), ArticleRow(1, {}, "x").row()));
  EXPECT_FALSE(bound->differs(ArticleRow(1, {}, "x").row(), ArticleRow(1, {}, "x").row()));
  ArticleRow absent{1, "a", "x"};
  absent.without(1);
  EXPECT_TRUE(bound->differs(row.row(), absent.row()));
  EXPECT_FALSE(bound->differs(absent.row(), absent.row()));
}

/// Two different rows never get one key, whatever stands in them and between them.
TEST(BoundKey, KeepsCompositeKeysApart) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random{seed};
  // Few characters, so that values often look like one another's neighbourhood.
  const std::string alphabet = ":%A3a5-g";
  const auto text = [&](std::size_t longest) {
    std::string out;
    for (auto size = random() % (longest + 1); size > 0; --size) {
      out += alphabet[random() % alphabet.size()];
    }
    return out;
  };
  for (int round = 0; round < 60; ++round) {
    RuleOptions options = test::article_options();
    options.key = text(2) + "{title}" + text(3) + "{author}" + text(2);
    if (round % 2 == 0) {
      options.key += text(3) + "{title}";
    }
    if (!Rule::compile(options)) {
      continue;  // refused for what stands between its columns
    }
    std::map<std::string, std::pair<std::string, std::string>> rows;
    for (int i = 0; i < 2000; ++i) {
      const std::pair values{text(4), text(4)};
      const auto key = key_of(options.key, ArticleRow(1, values.first, values.second).row());
      const auto [found, is_new] = rows.emplace(key, values);
      ASSERT_EQ(found->second, values)
          << options.key << ": (" << values.first << ", " << values.second << ") and ("
          << found->second.first << ", " << found->second.second << ") share " << key;
    }
  }
}

}  // namespace
}  // namespace replikey::route
