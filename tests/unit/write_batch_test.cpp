// What a batch says of its changes, and whole rows becoming commands.

#include <memory>
#include <string>

#include "sample_rows.hpp"
#include "write/batch.hpp"
#include "write/row_renderer.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace replikey::write {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::string kFile = "binlog.000003";

void add(Batch& batch, const test::Plan& plan, std::string_view key, std::size_t commands,
         std::uint64_t position) {
  const auto begin = batch.request.size();
  for (std::size_t i = 0; i < commands; ++i) {
    batch.request.command({"UNLINK", key});
  }
  batch.changes.push_back({.first_command = batch.command_count,
                           .command_count = commands,
                           .bytes_begin = begin,
                           .bytes_end = batch.request.size(),
                           .file = &kFile,
                           .position = position,
                           .plan = plan.get(),
                           .target = 0});
  batch.command_count += commands;
}

TEST(Batch, KnowsWhichChangeACommandBelongsTo) {
  const test::Plan plan{{test::article_options()}};
  Batch batch;
  EXPECT_FALSE(batch.has_commands());
  batch.request.command({"MULTI"});
  add(batch, plan, "a", 1, 100);
  add(batch, plan, "b", 3, 200);
  add(batch, plan, "c", 2, 300);
  EXPECT_TRUE(batch.has_commands());
  const std::uint64_t positions[] = {100, 200, 200, 200, 300, 300};
  for (std::size_t command = 0; command < batch.command_count; ++command) {
    EXPECT_EQ(change_of(batch, command).position, positions[command]) << command;
  }
  batch.clear();
  EXPECT_FALSE(batch.has_commands());
  EXPECT_TRUE(batch.request.empty());
}

TEST(Batch, DescribesAChange) {
  auto options = test::article_options();
  options.name = "mine";
  const test::Plan plan{{options}};
  Batch batch;
  batch.request.command({"MULTI"});
  add(batch, plan, "article:7", 2, 1234);
  EXPECT_EQ(describe(batch, batch.changes.front()),
            "table shop.article at binlog.000003:1234 (rule \"mine\", key \"article:7\")");
}

/// A row image of shop.article: null bitmap, id, and texts with a prefix of two bytes.
std::string image(std::int32_t id, const std::string& title, const std::string& author) {
  std::string out(1, '\0');
  const auto number = [&out](std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) {
      out += static_cast<char>((value >> (8 * i)) & 0xFFU);
    }
  };
  number(static_cast<std::uint32_t>(id), 4);
  for (const auto& text : {title, author}) {
    number(static_cast<std::uint32_t>(text.size()), 2);
    out += text;
  }
  return out;
}

Change change_with(const test::Plan& plan, render::Action action, const std::string& present,
                   const std::string& before, const std::string& after, const std::string& key) {
  Change change;
  change.plan = plan.get();
  change.action = action;
  change.before = before.empty() ? nullptr : as_bytes(before).data();
  change.before_size = static_cast<std::uint32_t>(before.size());
  change.before_present = as_bytes(present).data();
  change.after = as_bytes(after).data();
  change.after_size = static_cast<std::uint32_t>(after.size());
  change.after_present = as_bytes(present).data();
  change.key = key.data();
  change.key_size = static_cast<std::uint32_t>(key.size());
  return change;
}

std::string rendered(const Change& change) {
  RowRenderer renderer;
  RespBuffer out;
  auto count = renderer.append(out, change);
  return count ? render::to_redis_cli(out.view()) : "error: " + count.error().message();
}

TEST(RowRenderer, RendersImages) {
  const std::string all = "\x07";
  const std::string key = "article:1";
  const auto after = image(1, "T", "A");
  const test::Plan strings{{test::article_options()}};
  EXPECT_EQ(rendered(change_with(strings, render::Action::Write, all, "", after, key)),
            "SET article:1 \"{\\\"id\\\":1,\\\"title\\\":\\\"T\\\",\\\"author\\\":\\\"A\\\"}\"\n");
  EXPECT_EQ(rendered(change_with(strings, render::Action::Remove, all, "", "", key)),
            "UNLINK article:1\n")
      << "no image is looked at";
  auto options = test::article_options();
  options.type = route::RuleType::Hash;
  const test::Plan hashes{{options}};
  std::string no_author(1, '\x04');
  no_author += image(1, "T", "").substr(1, 7);
  EXPECT_EQ(rendered(change_with(hashes, render::Action::Update, all, after, no_author, key)),
            "HDEL article:1 author\nHSET article:1 id 1 title T\n");
  EXPECT_EQ(rendered(change_with(hashes, render::Action::Update, all, no_author, no_author, key)),
            "HSET article:1 id 1 title T\n");
}

TEST(RowRenderer, NamesTableAndRuleOfADamagedImage) {
  const std::string all = "\x07";
  auto options = test::article_options();
  options.type = route::RuleType::Hash;
  options.name = "mine";
  const test::Plan plan{{options}};
  const auto whole = image(1, "T", "A");
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const auto part = whole.substr(0, size);
    EXPECT_THAT(rendered(change_with(plan, render::Action::Write, all, "", part, "k")),
                AllOf(HasSubstr("error: table shop.article, rule \"mine\"")));
    EXPECT_THAT(rendered(change_with(plan, render::Action::Update, all, part, whole, "k")),
                HasSubstr("error: table shop.article, rule \"mine\""));
  }
  EXPECT_THAT(rendered(change_with(plan, render::Action::Write, "\x03", "", whole, "k")),
              AllOf(HasSubstr("rule \"mine\""), HasSubstr("\"author\"")));
}

}  // namespace
}  // namespace replikey::write
