// Table patterns, rules, and rules bound to tables.

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "sample_rows.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replikey/route/table_pattern.hpp"
#include "replikey/route/table_plan.hpp"

namespace replikey::route {
namespace {

using test::article_options;
using test::article_schema;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

bool matches(std::string_view pattern, std::string_view database, std::string_view table) {
  auto parsed = TablePattern::parse(pattern);
  EXPECT_TRUE(parsed) << pattern;
  return parsed && parsed->matches(database, table);
}

TEST(TablePattern, MatchesLiterally) {
  EXPECT_TRUE(matches("shop.article", "shop", "article"));
  EXPECT_FALSE(matches("shop.article", "shop", "articles"));
  EXPECT_FALSE(matches("shop.article", "Shop", "article"));
  EXPECT_FALSE(matches("shop.article", "shop", ""));
  EXPECT_TRUE(matches("shop.a.b", "shop", "a.b")) << "a table's name may hold dots";
}

TEST(TablePattern, MatchesGlobs) {
  EXPECT_TRUE(matches("shop.*", "shop", "article"));
  EXPECT_FALSE(matches("shop.*", "shop2", "article"));
  EXPECT_TRUE(matches("*.order_[0-9]*", "x", "order_12"));
  EXPECT_FALSE(matches("*.order_[0-9]*", "x", "order_a"));
  EXPECT_TRUE(matches("sh?p.a*e", "shop", "article"));
  EXPECT_TRUE(matches("*.*", "any", "thing"));
  EXPECT_TRUE(matches("shop.a\\*", "shop", "a*"));
  EXPECT_FALSE(matches("shop.a\\*", "shop", "ab"));
}

TEST(TablePattern, MatchesRegularExpressionsOverTheWholeName) {
  EXPECT_TRUE(matches("/shop\\.(article|author)/", "shop", "author"));
  EXPECT_FALSE(matches("/shop\\.article/", "shop", "article_old"));
  EXPECT_FALSE(matches("//", "shop", "article"));
}

TEST(TablePattern, RefusesWhatIsNone) {
  for (const auto* text : {"article", "", ".", ".article", "shop.", "/", "/(/", "/[/"}) {
    auto parsed = TablePattern::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code(), ErrorCode::InvalidConfig);
    EXPECT_THAT(parsed.error().message(), HasSubstr("table pattern \"" + std::string{text} + "\""));
  }
}

TEST(TablePattern, TellsWhatItNamesExactly) {
  EXPECT_EQ(TablePattern::parse("shop.article")->literal_database(), "shop");
  EXPECT_EQ(TablePattern::parse("shop.*")->literal_database(), "shop");
  EXPECT_EQ(TablePattern::parse("sh[o]p.a")->literal_database(), "");
  EXPECT_EQ(TablePattern::parse("/shop\\.a/")->literal_database(), "");
  EXPECT_EQ(TablePattern::parse("/shop\\.a/")->text(), "/shop\\.a/");
}

std::string complaint(const RuleOptions& options) {
  auto rule = Rule::compile(options);
  if (rule) {
    return "";
  }
  EXPECT_EQ(rule.error().code(), ErrorCode::InvalidConfig);
  return rule.error().message();
}

TEST(Rule, TakesItsNameFromItsFirstTable) {
  auto options = article_options();
  options.tables = {"shop.a*", "other.b"};
  auto rule = Rule::compile(options);
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->name(), "shop.a*");
  EXPECT_TRUE(rule->matches("shop", "article"));
  EXPECT_TRUE(rule->matches("other", "b"));
  EXPECT_FALSE(rule->matches("other", "c"));
  EXPECT_TRUE(rule->names_database("other"));
  EXPECT_FALSE(rule->names_database("article"));
  options.name = "mine";
  EXPECT_EQ(Rule::compile(options)->name(), "mine");
}

TEST(Rule, ListensToItsOperations) {
  auto options = article_options();
  options.operations = {Operation::Insert};
  const auto rule = Rule::compile(options);
  ASSERT_TRUE(rule);
  EXPECT_TRUE(rule->listens_to(Operation::Insert));
  EXPECT_FALSE(rule->listens_to(Operation::Update));
  EXPECT_FALSE(rule->listens_to(Operation::Delete));
}

TEST(Rule, SaysWhatIsWrongAndWhere) {
  auto options = article_options();
  options.place = "shop.yaml:12:5";
  options.key = "article";
  EXPECT_THAT(complaint(options), AllOf(StartsWith("shop.yaml:12:5: "), HasSubstr("no column")));
  options = article_options();
  options.place = "f:1:1";
  options.tables = {"shop.a", "/(/"};
  EXPECT_THAT(complaint(options), AllOf(StartsWith("f:1:1: "), HasSubstr("/(/")));
  options.tables = {};
  options.place = {};
  EXPECT_EQ(complaint(options), "a rule needs a table");
}

TEST(Rule, RefusesSeparatorsThatDoNotSeparate) {
  auto options = article_options();
  for (const auto* between : {"", "%", "1", "9A", "af%", "DEADbeef"}) {
    options.key = std::string{"k:{id}"} + between + "{title}";
    EXPECT_THAT(complaint(options), AllOf(HasSubstr("{id} and {title}"), HasSubstr("escape: none")))
        << between;
    options.escape = Escape::None;
    EXPECT_EQ(complaint(options), "") << between;
    options.escape = Escape::Percent;
  }
  for (const auto* between : {":", "g", "a:", "1_"}) {
    options.key = std::string{"k:{id}"} + between + "{title}";
    EXPECT_EQ(complaint(options), "") << between;
  }
  options.key = "{id}:{title}{author}";
  EXPECT_THAT(complaint(options), HasSubstr("{title} and {author}"));
  options.key = "1{id}2";
  EXPECT_EQ(complaint(options), "") << "one column has no neighbour";
}

/// The plan of shop.article for one rule, or what it says.
std::string complaint_of_plan(const RuleOptions& options) {
  std::vector<Rule> rules;
  rules.push_back(std::move(*Rule::compile(options)));
  auto plan = TablePlan::build(article_schema(), rules);
  if (plan) {
    return "";
  }
  EXPECT_EQ(plan.error().code(), ErrorCode::Rejected);
  return plan.error().message();
}

std::vector<std::string> members_of(const RuleOptions& options) {
  const test::Plan plan{{options}};
  std::vector<std::string> out;
  for (const auto& member : plan.target().members) {
    out.push_back(plan.schema().columns[member.column].name + "=" + member.quoted_name);
  }
  return out;
}

TEST(TablePlan, CarriesTheColumnsThatAreChosenInTableOrder) {
  auto options = article_options();
  EXPECT_THAT(members_of(options),
              ElementsAre("id=\"id\":", "title=\"title\":", "author=\"author\":"));
  options.columns = {"author", "id"};
  EXPECT_THAT(members_of(options), ElementsAre("id=\"id\":", "author=\"author\":"));
  options.exclude_columns = {"id"};
  EXPECT_THAT(members_of(options), ElementsAre("author=\"author\":"));
  options.columns = {};
  EXPECT_THAT(members_of(options), ElementsAre("title=\"title\":", "author=\"author\":"));
}

TEST(TablePlan, KnowsWhichColumnsARuleNeeds) {
  auto options = article_options();
  options.columns = {"author"};
  const test::Plan plan{{options}};
  EXPECT_THAT(plan.target().needed, ElementsAre(true, false, true));
}

TEST(TablePlan, NamesTheColumnThatIsNotThereAndTheNearest) {
  auto options = article_options();
  options.name = "mine";
  options.columns = {"titel"};
  EXPECT_THAT(complaint_of_plan(options),
              AllOf(StartsWith("rule \"mine\", table shop.article: "), HasSubstr("columns names"),
                    HasSubstr("\"titel\""), HasSubstr("did you mean \"title\"")));
  options.columns = {};
  options.exclude_columns = {"autor"};
  EXPECT_THAT(complaint_of_plan(options),
              AllOf(HasSubstr("exclude_columns names"), HasSubstr("did you mean \"author\"")));
  options.exclude_columns = {};
  options.key = "k:{nothing_like_it}";
  EXPECT_THAT(complaint_of_plan(options),
              AllOf(HasSubstr("key template"), ::testing::Not(HasSubstr("did you mean"))));
}

TEST(TablePlan, HoldsEveryRuleThatMeetsTheTable) {
  auto first = article_options();
  first.name = "first";
  auto other = article_options();
  other.tables = {"shop.other"};
  auto third = article_options();
  third.tables = {"*.art*"};
  third.name = "third";
  const test::Plan plan{{first, other, third}};
  ASSERT_EQ(plan.get()->targets().size(), 2U);
  EXPECT_EQ(plan.target(0).rule->name(), "first");
  EXPECT_EQ(plan.target(1).rule->name(), "third");
}

std::string fingerprint(const std::vector<RuleOptions>& options) {
  std::vector<Rule> rules;
  for (const auto& rule : options) {
    rules.push_back(std::move(*Rule::compile(rule)));
  }
  return routing_fingerprint(rules);
}

TEST(RoutingFingerprint, ChangesWithWhatDecidesWhereRowsGo) {
  const auto berlin = value::TimeZone::find("Europe/Berlin");
  const auto plus_one = value::TimeZone::find("+01:00");
  ASSERT_TRUE(berlin && plus_one);
  const std::vector<std::function<void(RuleOptions&)>> changes{
      [](RuleOptions& o) { o.tables = {"shop.*"}; },
      [](RuleOptions& o) {
        o.tables = {"shop.article", "shop.b"};
      },
      [](RuleOptions& o) { o.operations = {Operation::Insert}; },
      [](RuleOptions& o) {
        o.operations = {Operation::Insert, Operation::Update};
      },
      [](RuleOptions& o) { o.key = "b:{id}"; },
      [](RuleOptions& o) { o.escape = Escape::None; },
      [](RuleOptions& o) { o.type = RuleType::Hash; },
      [](RuleOptions& o) { o.format.timestamp = value::TimestampForm::Iso8601; },
      [](RuleOptions& o) { o.format.timestamp = value::TimestampForm::Epoch; },
      [](RuleOptions& o) { o.format.timestamp = value::TimestampForm::EpochMs; },
      [&](RuleOptions& o) { o.format.time_zone = berlin->get(); },
      [&](RuleOptions& o) { o.format.time_zone = plus_one->get(); },
  };
  std::set<std::string> seen{fingerprint({article_options()})};
  EXPECT_EQ(seen.begin()->size(), 16U);
  for (const auto& change : changes) {
    auto options = article_options();
    change(options);
    EXPECT_TRUE(seen.insert(fingerprint({options})).second) << seen.size();
  }
  EXPECT_TRUE(seen.insert(fingerprint({})).second);
  EXPECT_TRUE(seen.insert(fingerprint({article_options(), article_options()})).second);
}

TEST(RoutingFingerprint, StaysWithWhatDoesNot) {
  const auto utc = value::TimeZone::find("UTC");
  ASSERT_TRUE(utc);
  const std::vector<std::function<void(RuleOptions&)>> changes{
      [](RuleOptions&) {},
      [](RuleOptions& o) { o.name = "other"; },
      [](RuleOptions& o) { o.place = "f:9:9"; },
      [](RuleOptions& o) { o.columns = {"title"}; },
      [](RuleOptions& o) { o.exclude_columns = {"title"}; },
      [](RuleOptions& o) { o.ttl = std::chrono::milliseconds{5}; },
      [](RuleOptions& o) { o.on_truncate = OnTruncate::Ignore; },
      [](RuleOptions& o) { o.format.nulls = value::Nulls::Omit; },
      [](RuleOptions& o) { o.format.bigint = value::BigintForm::String; },
      [](RuleOptions& o) { o.format.decimal = value::DecimalForm::String; },
      [&](RuleOptions& o) { o.format.time_zone = utc->get(); },
  };
  const auto before = fingerprint({article_options()});
  for (const auto& change : changes) {
    auto options = article_options();
    change(options);
    EXPECT_EQ(fingerprint({options}), before);
  }
}

}  // namespace
}  // namespace replikey::route
