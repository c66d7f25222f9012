#include "replikey/route/table_plan.hpp"

#include <algorithm>

#include <xxhash.h>

#include "replikey/base/nearest.hpp"

namespace replikey::route {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Status check_names(const std::vector<std::string>& wanted, const std::vector<std::string>& names,
                   std::string_view key) {
  for (const auto& name : wanted) {
    if (!contains(names, name)) {
      return Error{ErrorCode::Rejected, std::string{key} + " names the column \"" + name +
                                            "\", which the table does not have" +
                                            did_you_mean(name, names) +
                                            "; mend: name a column of the table in the rule"};
    }
  }
  return ok();
}

Result<Target> bind(const Rule& rule, const TableSchema& schema) {
  const auto& options = rule.options();
  std::vector<std::string> names;
  for (const auto& column : schema.columns) {
    names.push_back(column.name);
  }
  if (auto status = check_names(options.columns, names, "columns"); !status) {
    return std::move(status).error();
  }
  if (auto status = check_names(options.exclude_columns, names, "exclude_columns"); !status) {
    return std::move(status).error();
  }
  auto key = BoundKey::bind(rule.key(), options.escape, schema.columns);
  if (!key) {
    return std::move(key).error();
  }
  Target target{.rule = &rule, .key = std::move(*key), .members = {}, .needed = {}};
  target.needed.resize(names.size());
  for (const auto column : target.key.columns()) {
    target.needed[column] = true;
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool is_chosen = options.columns.empty() || contains(options.columns, names[i]);
    if (is_chosen && !contains(options.exclude_columns, names[i])) {
      target.members.push_back({static_cast<std::uint16_t>(i), value::quoted_name(names[i])});
      target.needed[i] = true;
    }
  }
  return target;
}

/// Between two columns stands something that no encoded value can hold, so that (1, 23) and
/// (12, 3) never meet: escaping writes every separator character as "%XX", which is made of '%'
/// and hexadecimal digits.
Status check_separators(const KeyTemplate& key) {
  const auto parts = key.parts();
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
    if (parts[i].literal.find_first_not_of("%0123456789ABCDEFabcdef") == std::string::npos) {
      return Error{ErrorCode::InvalidConfig,
                   "key template \"" + key.text() + "\": between {" + parts[i - 1].column +
                       "} and {" + parts[i].column + "} stands \"" + parts[i].literal +
                       "\", which does not keep their values apart: rows (1, 23) and (12, 3) "
                       "would share a key; put a separator such as ':' there, or say escape: none"};
    }
  }
  return ok();
}

/// How the zone counts time, told by what it does: TIMESTAMP columns may stand in keys.
std::string describe_zone(const value::TimeZone* zone) {
  constexpr std::int64_t kStep = std::int64_t{14} * 24 * 3600;
  constexpr std::int64_t kEnd = std::int64_t{1} << 32;
  std::string out;
  std::int64_t last = 0;
  for (std::int64_t instant = 0; zone != nullptr && instant < kEnd; instant += kStep) {
    const auto offset = zone->offset_at(instant);
    if (offset != last) {
      out += std::to_string(instant) + "=" + std::to_string(offset) + ",";
      last = offset;
    }
  }
  return out;
}

}  // namespace

Result<Rule> Rule::compile(RuleOptions options) {
  const auto with_place = [&options](Error error) {
    return options.place.empty() ? error : std::move(error).with_context(options.place);
  };
  std::vector<TablePattern> tables;
  for (const auto& text : options.tables) {
    auto pattern = TablePattern::parse(text);
    if (!pattern) {
      return with_place(std::move(pattern).error());
    }
    tables.push_back(std::move(*pattern));
  }
  if (tables.empty()) {
    return with_place(Error{ErrorCode::InvalidConfig, "a rule needs a table"});
  }
  auto key = KeyTemplate::parse(options.key);
  if (!key) {
    return with_place(std::move(key).error());
  }
  if (options.escape == Escape::Percent) {
    if (auto status = check_separators(*key); !status) {
      return with_place(std::move(status).error());
    }
  }
  if (options.name.empty()) {
    options.name = options.tables.front();
  }
  return Rule{std::move(options), std::move(*key), std::move(tables)};
}

Rule::Rule(RuleOptions options, KeyTemplate key, std::vector<TablePattern> tables)
    : options_{std::move(options)}, key_{std::move(key)}, tables_{std::move(tables)} {}

bool Rule::matches(std::string_view database, std::string_view table) const {
  return std::any_of(tables_.begin(), tables_.end(),
                     [&](const TablePattern& p) { return p.matches(database, table); });
}

bool Rule::names_database(std::string_view database) const {
  return std::any_of(tables_.begin(), tables_.end(),
                     [&](const TablePattern& p) { return p.literal_database() == database; });
}

bool Rule::listens_to(Operation operation) const noexcept {
  return std::find(options_.operations.begin(), options_.operations.end(), operation) !=
         options_.operations.end();
}

Result<std::unique_ptr<const TablePlan>> TablePlan::build(std::shared_ptr<const TableSchema> schema,
                                                          std::span<const Rule> rules) {
  std::vector<Target> targets;
  for (const auto& rule : rules) {
    if (!rule.matches(schema->database, schema->table)) {
      continue;
    }
    auto target = bind(rule, *schema);
    if (!target) {
      return std::move(target).error().with_context("rule \"" + rule.name() + "\", table " +
                                                    schema->database + "." + schema->table);
    }
    targets.push_back(std::move(*target));
  }
  // Not make_unique: the constructor is build's to call.
  return std::unique_ptr<const TablePlan>{new TablePlan{std::move(schema), std::move(targets)}};
}

TablePlan::TablePlan(std::shared_ptr<const TableSchema> schema, std::vector<Target> targets)
    : schema_{std::move(schema)}, targets_{std::move(targets)} {}

std::string routing_fingerprint(std::span<const Rule> rules) {
  std::string text;
  const auto add = [&text](std::string_view part) {
    text += part;
    text += '\0';
  };
  for (const auto& rule : rules) {
    const auto& options = rule.options();
    for (const auto& table : options.tables) {
      add(table);
    }
    for (const auto operation : options.operations) {
      add(to_string(operation));
    }
    add(options.key);
    add(options.escape == Escape::Percent ? "percent" : "none");
    add(std::to_string(static_cast<int>(options.type)));
    add(std::to_string(static_cast<int>(options.format.timestamp)));
    add(describe_zone(options.format.time_zone));
    add("|");
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  auto hash = XXH3_64bits(text.data(), text.size());
  std::string out(16, '0');
  for (auto digit = out.rbegin(); digit != out.rend(); ++digit) {
    *digit = kHex[hash & 0xFU];
    hash >>= 4U;
  }
  return out;
}

}  // namespace replikey::route
