// What a change becomes in Redis's language.

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "sample_rows.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replikey/base/resp_reader.hpp"
#include "replikey/render/commands.hpp"

namespace replikey::render {
namespace {

using route::RuleType;
using test::ArticleRow;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using value::Nulls;

using Commands = std::vector<std::string>;

route::RuleOptions options_of(RuleType type) {
  auto options = test::article_options();
  options.type = type;
  return options;
}

/// The commands at key "k", one line each, arguments between blanks; or what went wrong.
Commands commands_of(const route::RuleOptions& options, Action action, Row before, Row after) {
  const test::Plan plan{{options}};
  RespBuffer out;
  out.command({"BEFORE"});
  const std::string untouched{out.view()};
  auto count = append_commands(out, plan.target(), plan.schema(), action, "k", before, after);
  if (!count) {
    EXPECT_EQ(out.view(), untouched) << "as it was";
    return {"error: " + count.error().message()};
  }
  Commands lines;
  RespReader reader{out.view()};
  EXPECT_TRUE(reader.next());
  while (const auto arguments = reader.next()) {
    std::string line;
    for (const auto argument : *arguments) {
      line += line.empty() ? "" : " ";
      line += argument.empty() ? "''" : std::string{argument};
    }
    lines.push_back(std::move(line));
  }
  EXPECT_EQ(lines.size(), *count);
  return lines;
}

TEST(StringRule, SetsADocument) {
  const ArticleRow row{1, "T", std::nullopt};
  auto options = options_of(RuleType::String);
  const Commands wanted{R"(SET k {"id":1,"title":"T","author":null})"};
  EXPECT_EQ(commands_of(options, Action::Write, {}, row.row()), wanted);
  EXPECT_EQ(commands_of(options, Action::Update, row.row(), row.row()), wanted);
  options.format.nulls = Nulls::Omit;
  EXPECT_THAT(commands_of(options, Action::Write, {}, row.row()),
              ElementsAre(R"(SET k {"id":1,"title":"T"})"));
  options.columns = {"author"};
  EXPECT_THAT(commands_of(options, Action::Write, {}, row.row()), ElementsAre("SET k {}"));
}

TEST(StringRule, ExpiresWithItsTtl) {
  const ArticleRow row{1, "T", "A"};
  auto options = options_of(RuleType::String);
  options.columns = {"id"};
  options.ttl = std::chrono::milliseconds{1500};
  EXPECT_THAT(commands_of(options, Action::Write, {}, row.row()),
              ElementsAre(R"(SET k {"id":1} PX 1500)"));
  for (const int past : {0, -1}) {
    options.ttl = std::chrono::milliseconds{past};
    EXPECT_THAT(commands_of(options, Action::Write, {}, row.row()), ElementsAre("UNLINK k"));
    EXPECT_THAT(commands_of(options, Action::Update, row.row(), row.row()),
                ElementsAre("UNLINK k"));
  }
}

TEST(EveryRule, RemovesTheKey) {
  for (const auto type : {RuleType::String, RuleType::Hash}) {
    const ArticleRow row{1, "T", "A"};
    auto options = options_of(type);
    EXPECT_THAT(commands_of(options, Action::Remove, row.row(), {}), ElementsAre("UNLINK k"));
    options.ttl = std::chrono::milliseconds{7};
    EXPECT_THAT(commands_of(options, Action::Remove, {}, {}), ElementsAre("UNLINK k"));
  }
}

TEST(EveryRule, RefusesARowThatLacksAColumnOfThePayload) {
  for (const auto type : {RuleType::String, RuleType::Hash}) {
    for (const auto action : {Action::Write, Action::Update}) {
      ArticleRow row{1, "T", "A"};
      row.without(2);
      auto options = options_of(type);
      EXPECT_THAT(
          commands_of(options, action, {}, row.row()),
          ElementsAre(AllOf(HasSubstr("\"author\""), HasSubstr("binlog_row_image = FULL"))));
      options.exclude_columns = {"author"};
      EXPECT_THAT(commands_of(options, action, {}, row.row()),
                  ::testing::Each(::testing::Not(HasSubstr("error"))));
    }
  }
}

TEST(EveryRule, LeavesTheBufferWhenAValueDoesNotRender) {
  for (const auto type : {RuleType::String, RuleType::Hash}) {
    auto schema = std::make_shared<TableSchema>(*test::article_schema());
    schema->columns[2].collation = 65'000;  // nobody knows it
    auto options = options_of(type);
    const test::Plan plan{{options}, schema};
    RespBuffer out;
    out.command({"BEFORE"});
    const std::string before{out.view()};
    const ArticleRow row{1, "T", "\xe4"};
    auto count =
        append_commands(out, plan.target(), plan.schema(), Action::Write, "k", {}, row.row());
    ASSERT_FALSE(count);
    EXPECT_THAT(count.error().message(), HasSubstr("author"));
    EXPECT_EQ(out.view(), before);
    // And the buffer is still good for the next one.
    ASSERT_TRUE(append_commands(out, plan.target(), plan.schema(), Action::Remove, "k", {}, {}));
    EXPECT_EQ(out.view(), before + "*2\r\n$6\r\nUNLINK\r\n$1\r\nk\r\n");
  }
}

TEST(HashRule, ReplacesOnWrite) {
  auto options = options_of(RuleType::Hash);
  EXPECT_THAT(commands_of(options, Action::Write, {}, ArticleRow(1, "T", std::nullopt).row()),
              ElementsAre("UNLINK k", "HSET k id 1 title T"));
  EXPECT_THAT(commands_of(options, Action::Write, {}, ArticleRow(1, "", "A").row()),
              ElementsAre("UNLINK k", "HSET k id 1 title '' author A"))
      << "an empty text is a value";
  options.format.nulls = Nulls::Omit;
  EXPECT_THAT(commands_of(options, Action::Write, {}, ArticleRow(1, "T", std::nullopt).row()),
              ElementsAre("UNLINK k", "HSET k id 1 title T"));
  options.format.nulls = Nulls::Empty;
  EXPECT_THAT(commands_of(options, Action::Write, {}, ArticleRow(1, "T", std::nullopt).row()),
              ElementsAre("UNLINK k", "HSET k id 1 title T author ''"));
}

TEST(HashRule, SetsAndRemovesFieldsOnUpdate) {
  auto options = options_of(RuleType::Hash);
  const ArticleRow full{1, "T", "A"};
  const ArticleRow sparse{1, "U", std::nullopt};
  EXPECT_THAT(commands_of(options, Action::Update, full.row(), sparse.row()),
              ElementsAre("HDEL k author", "HSET k id 1 title U"));
  EXPECT_THAT(commands_of(options, Action::Update, sparse.row(), sparse.row()),
              ElementsAre("HSET k id 1 title U"))
      << "was NULL before";
  EXPECT_THAT(commands_of(options, Action::Update, {}, sparse.row()),
              ElementsAre("HDEL k author", "HSET k id 1 title U"))
      << "what it was is not known";
  ArticleRow unknown{1, "T", "A"};
  unknown.without(2);
  EXPECT_THAT(commands_of(options, Action::Update, unknown.row(), sparse.row()),
              ElementsAre("HDEL k author", "HSET k id 1 title U"));
  EXPECT_THAT(commands_of(options, Action::Update, sparse.row(), full.row()),
              ElementsAre("HSET k id 1 title T author A"));
  options.format.nulls = Nulls::Empty;
  EXPECT_THAT(commands_of(options, Action::Update, full.row(), sparse.row()),
              ElementsAre("HSET k id 1 title U author ''"));
}

TEST(HashRule, KeepsNoKeyForARowOfNullsOnly) {
  auto options = options_of(RuleType::Hash);
  options.columns = {"title", "author"};
  const ArticleRow full{1, "T", "A"};
  const ArticleRow nothing{1, std::nullopt, std::nullopt};
  EXPECT_THAT(commands_of(options, Action::Write, {}, nothing.row()), ElementsAre("UNLINK k"));
  EXPECT_THAT(commands_of(options, Action::Update, full.row(), nothing.row()),
              ElementsAre("HDEL k title author"));
  EXPECT_THAT(commands_of(options, Action::Update, nothing.row(), nothing.row()), IsEmpty());
  options.format.nulls = Nulls::Empty;
  EXPECT_THAT(commands_of(options, Action::Write, {}, nothing.row()),
              ElementsAre("UNLINK k", "HSET k title '' author ''"));
}

TEST(HashRule, ExpiresWithItsTtl) {
  auto options = options_of(RuleType::Hash);
  options.ttl = std::chrono::milliseconds{250};
  const ArticleRow full{1, "T", "A"};
  EXPECT_THAT(commands_of(options, Action::Write, {}, full.row()),
              ElementsAre("UNLINK k", "HSET k id 1 title T author A", "PEXPIRE k 250"));
  EXPECT_THAT(commands_of(options, Action::Update, full.row(), full.row()),
              ElementsAre("HSET k id 1 title T author A", "PEXPIRE k 250"));
  options.ttl = std::chrono::milliseconds{0};
  EXPECT_THAT(commands_of(options, Action::Update, full.row(), full.row()),
              ElementsAre("UNLINK k"));
}

/// As redis-cli splits a line (sdssplitargs of Redis 7).
std::optional<std::vector<std::string>> split_as_redis_cli(const std::string& line) {
  std::vector<std::string> out;
  std::size_t i = 0;
  const auto at = [&](std::size_t k) { return k < line.size() ? line[k] : '\0'; };
  const auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  const auto is_hex = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; };
  for (;;) {
    while (i < line.size() && is_space(line[i])) {
      ++i;
    }
    if (i >= line.size()) {
      return out;
    }
    std::string token;
    char quote = '\0';
    for (bool is_done = false; !is_done; ++i) {
      if (i >= line.size()) {
        if (quote != '\0') {
          return std::nullopt;
        }
        break;
      }
      const char c = line[i];
      if (quote == '"') {
        if (c == '\\' && at(i + 1) == 'x' && is_hex(at(i + 2)) && is_hex(at(i + 3))) {
          token += static_cast<char>(std::stoi(line.substr(i + 2, 2), nullptr, 16));
          i += 3;
        } else if (c == '\\' && i + 1 < line.size()) {
          ++i;
          const std::string from = "nrtba";
          const std::string to = "\n\r\t\b\a";
          const auto known = from.find(line[i]);
          token += known == std::string::npos ? line[i] : to[known];
        } else if (c == '"') {
          if (i + 1 < line.size() && !is_space(line[i + 1])) {
            return std::nullopt;
          }
          is_done = true;
        } else {
          token += c;
        }
      } else if (quote == '\'') {
        if (c == '\'') {
          is_done = true;
        } else {
          token += c;
        }
      } else if (is_space(c) || c == '\0') {
        is_done = true;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else {
        token += c;
      }
    }
    out.push_back(std::move(token));
  }
}

TEST(ToRedisCli, QuotesOnlyWhatNeedsIt) {
  RespBuffer out;
  out.command({"SET", "a:b-{c}", ""});
  out.command({"SET", "a b", "it's \"q\" \\ \n\r\t\x01 caf\xc3\xa9"});
  EXPECT_EQ(to_redis_cli(out.view()),
            "SET a:b-{c} \"\"\n"
            "SET \"a b\" \"it's \\\"q\\\" \\\\ \\n\\r\\t\\x01 caf\\xc3\\xa9\"\n");
  EXPECT_EQ(to_redis_cli(""), "");
}

TEST(ToRedisCli, IsReadBackByRedisCli) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random{seed};
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::string> arguments{"SET"};
    for (auto count = 1 + random() % 3; count > 0; --count) {
      std::string argument;
      for (auto size = random() % 12; size > 0; --size) {
        argument +=
            random() % 2 == 0 ? static_cast<char>(random() % 256) : "\"'\\ \nx0a\0"[random() % 9];
      }
      arguments.push_back(std::move(argument));
    }
    RespBuffer out;
    out.begin_command(arguments.size());
    for (const auto& argument : arguments) {
      out.argument(argument);
    }
    auto line = to_redis_cli(out.view());
    ASSERT_EQ(line.find('\n'), line.size() - 1) << "one line";
    line.pop_back();
    ASSERT_EQ(split_as_redis_cli(line), arguments) << line;
  }
}

}  // namespace
}  // namespace replikey::render
