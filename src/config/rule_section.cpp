#include <algorithm>
#include <limits>
#include <utility>

#include "scalars.hpp"
#include "sections.hpp"

#include "replikey/base/nearest.hpp"
#include "replikey/route/key_template.hpp"
#include "replikey/route/table_pattern.hpp"

namespace replikey::config {
namespace {

/// One rule while it is read.
struct RuleReader {
  const Section section;
  Problems& problems;
  route::RuleOptions rule;

  void read(const value::TimeZone* time_zone);

 private:
  void read_tables();
  void read_table(const Element& node);
  void read_operations();
  void read_columns();
  void read_type();
  void read_key();
  void read_format(const value::TimeZone* time_zone);
  void read_ttl();
  void refuse_what_is_not_available();
};

void RuleReader::read(const value::TimeZone* time_zone) {
  read_tables();
  section.text("name", rule.name);
  if (rule.name.empty() && !rule.tables.empty()) {
    rule.name = rule.tables.front();
  }
  read_operations();
  read_columns();
  read_type();
  read_key();
  section.choice<route::Escape>(
      "escape", rule.escape, {{"percent", route::Escape::Percent}, {"none", route::Escape::None}});
  section.choice<route::OnTruncate>(
      "on_truncate", rule.on_truncate,
      {{"delete", route::OnTruncate::Delete}, {"ignore", route::OnTruncate::Ignore}});
  read_format(time_zone);
  read_ttl();
  refuse_what_is_not_available();
}

void RuleReader::read_table(const Element& node) {
  if (!node.is_scalar() || node.text.empty()) {
    problems.add(node.place,
                 "rules.table: must be a pattern like shop.article, not " +
                     std::string{node.is_scalar() ? "an empty text" : node.kind_text()});
    return;
  }
  const auto pattern = route::TablePattern::parse(node.text);
  if (!pattern) {
    problems.add(node.place, "rules.table: " + pattern.error().message());
  }
  rule.tables.push_back(node.text);
}

void RuleReader::read_tables() {
  const auto* node = section.find("table");
  if (node == nullptr) {
    problems.add(section.place(), "rules.table is missing; write for example table: shop.article");
  } else if (!node->is_sequence()) {
    read_table(*node);
  } else if (node->items.empty()) {
    section.problem("table", "names no table");
  } else {
    for (const auto& item : node->items) {
      read_table(item);
    }
  }
}

void RuleReader::read_operations() {
  static const std::vector<std::string> known{"insert", "update", "delete"};
  const auto* node = section.find("operations");
  if (node == nullptr) {
    return;
  }
  std::vector<std::string> words;
  section.texts("operations", words);
  if (node->is_sequence() && node->items.empty()) {
    section.problem("operations", "names no operation");
  }
  rule.operations.clear();
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto found = std::find(known.begin(), known.end(), words[i]);
    if (found == known.end()) {
      section.unknown_word("operations", node->items[std::min(i, node->items.size() - 1)], known);
      continue;
    }
    const auto operation = static_cast<Operation>(found - known.begin());
    if (std::find(rule.operations.begin(), rule.operations.end(), operation) ==
        rule.operations.end()) {
      rule.operations.push_back(operation);
    }
  }
}

void RuleReader::read_columns() {
  section.texts("columns", rule.columns);
  section.texts("exclude_columns", rule.exclude_columns);
  section.exclusive("columns", "exclude_columns");
  const auto* columns = section.find("columns");
  if (columns != nullptr && columns->is_sequence() && columns->items.empty()) {
    section.problem("columns", "names no column; leave it out for all columns");
  }
}

void RuleReader::read_type() {
  static constexpr std::string_view kLater[] = {"json",    "list", "set",     "zset",      "stream",
                                                "publish", "geo",  "counter", "invalidate"};
  const auto* node = section.find("type");
  if (node != nullptr &&
      std::find(std::begin(kLater), std::end(kLater), node->text) != std::end(kLater)) {
    section.not_available("type", {"string", "hash"});
    return;
  }
  section.choice<route::RuleType>(
      "type", rule.type, {{"string", route::RuleType::String}, {"hash", route::RuleType::Hash}});
}

void RuleReader::read_key() {
  if (!section.has("key")) {
    problems.add(section.place(),
                 "rules.key is missing; write for example key: \"article:article_id_{id}\"");
    return;
  }
  section.required_text("key", rule.key);
  const auto parsed = route::KeyTemplate::parse(rule.key);
  if (!parsed) {
    section.problem("key", parsed.error().message());
  }
}

void RuleReader::read_format(const value::TimeZone* time_zone) {
  auto& format = rule.format;
  format.time_zone = time_zone;
  section.choice<value::Nulls>(
      "nulls", format.nulls,
      {{"null", value::Nulls::Null}, {"omit", value::Nulls::Omit}, {"empty", value::Nulls::Empty}});
  section.choice<value::BigintForm>(
      "bigint", format.bigint,
      {{"number", value::BigintForm::Number}, {"string", value::BigintForm::String}});
  section.choice<value::DecimalForm>(
      "decimal", format.decimal,
      {{"number", value::DecimalForm::Number}, {"string", value::DecimalForm::String}});
  section.choice<value::TimestampForm>("timestamp", format.timestamp,
                                       {{"datetime", value::TimestampForm::Datetime},
                                        {"iso8601", value::TimestampForm::Iso8601},
                                        {"epoch", value::TimestampForm::Epoch},
                                        {"epoch_ms", value::TimestampForm::EpochMs}});
}

void RuleReader::read_ttl() {
  const auto* node = section.find("ttl");
  if (node == nullptr || (node->is_scalar() && node->text == "none")) {
    return;
  }
  if (node->is_map()) {
    section.problem("ttl",
                    "a ttl by column or template is not available in this version; write a "
                    "duration like 1h");
    return;
  }
  std::chrono::milliseconds ttl{};
  section.duration("ttl", ttl, std::chrono::milliseconds{1}, std::chrono::hours{24 * 365 * 100});
  if (ttl.count() > 0) {
    rule.ttl = ttl;
  }
}

void RuleReader::refuse_what_is_not_available() {
  for (const auto* key : {"when", "rename", "add", "case", "field", "member", "score", "longitude",
                          "latitude", "publish"}) {
    section.not_available(key);
  }
  section.not_available("value", {"json"});
  section.not_available("by", {"1"});
  section.not_available("push", {"right"});
  section.not_available("max_length", {"none"});
  section.not_available("update", {"replace"});
  section.not_available("on_delete", {"delete"});
  section.not_available("on_error", {"stop"});
  section.not_available("approximate", {"false"});
}

void refuse_double_names(const std::vector<route::RuleOptions>& rules,
                         const std::vector<Place>& places, Problems& problems) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!rules[i].name.empty() && rules[i].name == rules[j].name) {
        problems.add(places[i], "a second rule is named \"" + rules[i].name +
                                    "\" (the first in line " + std::to_string(places[j].line) +
                                    "); give it a name: of its own");
        break;
      }
    }
  }
}

}  // namespace

std::vector<route::Rule> read_rules(const Element& node, const value::TimeZone* time_zone,
                                    Problems& problems, std::vector<route::RuleOptions>& options) {
  std::vector<route::Rule> compiled;
  std::vector<Place> places;
  if (!node.is_sequence() && !node.is_null()) {
    problems.add(node.place, "rules: must be a list, each rule after a dash, not " +
                                 std::string{node.kind_text()});
    return compiled;
  }
  if (node.items.empty()) {
    problems.add(node.place, "rules: there is no rule; each says table and key");
  }
  for (const auto& item : node.items) {
    RuleReader reader{
        .section = Section{item, kRuleKeys, problems}, .problems = problems, .rule = {}};
    reader.rule.place = to_string(problems.file(), item.place);
    const bool was_sound = problems.empty();
    if (item.is_map()) {
      reader.read(time_zone);
    }
    if (was_sound && problems.empty()) {
      auto rule = route::Rule::compile(reader.rule);
      if (rule) {
        compiled.push_back(std::move(*rule));
      } else {
        const auto& message = rule.error().message();
        const bool is_placed = message.starts_with(reader.rule.place);
        problems.add_placed(item.place, is_placed ? message : reader.rule.place + ": " + message);
      }
    }
    places.push_back(item.place);
    options.push_back(std::move(reader.rule));
  }
  refuse_double_names(options, places, problems);
  return compiled;
}

}  // namespace replikey::config
