#include "table_plans.hpp"

#include <algorithm>
#include <utility>

namespace replikey::pipeline {
namespace {

/// Maps that are kept at most; beyond that all are looked up anew.
constexpr std::size_t kEntries = 4096;

/// Whether only the catalogue knows all that decoding the column's values takes.
bool is_told_by_event(const Column& column, Flavour flavour) {
  constexpr std::uint8_t kLongTextPrefix = 4;
  const bool may_be_json = flavour == Flavour::MariaDb && column.type == ColumnType::Blob &&
                           column.width == kLongTextPrefix && column.collation != kBinaryCollation;
  const bool has_labels = column.type == ColumnType::Enum || column.type == ColumnType::Set;
  return !may_be_json && !(has_labels && column.labels.empty());
}

bool needs_catalogue(const TableSchema& schema, Flavour flavour) {
  return !schema.has_names ||
         !std::all_of(schema.columns.begin(), schema.columns.end(),
                      [flavour](const Column& c) { return is_told_by_event(c, flavour); });
}

}  // namespace

TablePlans::TablePlans(std::span<const route::Rule> rules, catalog::Catalog catalog)
    : rules_{rules}, catalog_{std::move(catalog)} {}

bool TablePlans::is_ruled(std::string_view database, std::string_view table) const {
  return std::any_of(rules_.begin(), rules_.end(),
                     [&](const route::Rule& rule) { return rule.matches(database, table); });
}

bool TablePlans::removes_on_truncate(std::string_view database, std::string_view table) const {
  return std::any_of(rules_.begin(), rules_.end(), [&](const route::Rule& rule) {
    return rule.options().on_truncate == route::OnTruncate::Delete && rule.matches(database, table);
  });
}

bool TablePlans::removes_on_drop_of(std::string_view database) const {
  const bool is_named = std::any_of(rules_.begin(), rules_.end(), [&](const route::Rule& rule) {
    return rule.options().on_truncate == route::OnTruncate::Delete && rule.names_database(database);
  });
  return is_named || std::any_of(plans_.begin(), plans_.end(), [&](const auto& plan) {
           return plan->schema().database == database &&
                  removes_on_truncate(database, plan->schema().table);
         });
}

Result<const route::TablePlan*> TablePlans::plan_for(
    const std::shared_ptr<const decode::TableMap>& map, Flavour flavour) {
  if (map.get() == last_map_) {
    return last_plan_;
  }
  auto found = entries_.find(map.get());
  if (found == entries_.end()) {
    if (entries_.size() >= kEntries) {
      entries_.clear();
      last_map_ = nullptr;
    }
    const route::TablePlan* plan = nullptr;
    if (is_ruled(map->schema->database, map->schema->table)) {
      auto version = find_version(map->schema, flavour);
      if (!version) {
        return std::move(version).error();
      }
      plan = *version;
    }
    found = entries_.emplace(map.get(), Entry{map, plan}).first;
  }
  last_map_ = map.get();
  last_plan_ = found->second.plan;
  return last_plan_;
}

Result<const route::TablePlan*> TablePlans::find_version(
    const std::shared_ptr<const TableSchema>& event, Flavour flavour) {
  auto& versions = versions_[{event->database, event->table}];
  for (const auto& version : versions) {
    if (*version.event == *event) {
      return version.plan;
    }
  }
  auto schema = complete(event, flavour);
  if (!schema) {
    return std::move(schema).error();
  }
  auto built = route::TablePlan::build(std::move(*schema), rules_);
  if (!built) {
    return std::move(built).error();
  }
  const auto* plan = plans_.emplace_back(std::move(*built)).get();
  versions.push_back({event, plan});
  return plan;
}

Result<std::shared_ptr<const TableSchema>> TablePlans::complete(
    const std::shared_ptr<const TableSchema>& event, Flavour flavour) {
  if (!needs_catalogue(*event, flavour)) {
    return event;
  }
  const auto with_mend = [&event](Error error) {
    auto placed = std::move(error).with_context("table " + event->database + "." + event->table);
    if (placed.code() != ErrorCode::Rejected) {
      return placed;
    }
    return Error{placed.code(),
                 placed.message() +
                     "; mend: give the table the name and columns it had until replikey is past "
                     "this event (with binlog_row_metadata = FULL events tell them), or write its "
                     "rows again and go on behind it by \"replikey reset --config FILE --to "
                     "FILE:POSITION\""};
  };
  auto table = catalog_.table(event->database, event->table);
  if (!table) {
    return with_mend(std::move(table).error());
  }
  auto completed = decode::complete_schema(*event, *table);
  if (!completed) {
    return with_mend(std::move(completed).error());
  }
  return completed;
}

void TablePlans::forget(std::string_view database, std::string_view table) {
  versions_.erase({std::string{database}, std::string{table}});
  std::erase_if(entries_, [&](const auto& entry) {
    const auto& schema = *entry.second.map->schema;
    return schema.database == database && schema.table == table;
  });
  last_map_ = nullptr;
}

}  // namespace replikey::pipeline
