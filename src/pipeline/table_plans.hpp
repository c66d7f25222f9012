#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "replikey/base/result.hpp"
#include "replikey/catalog/catalog.hpp"
#include "replikey/decode/table_map.hpp"
#include "replikey/model/flavour.hpp"
#include "replikey/route/table_plan.hpp"

namespace replikey::pipeline {

/// The plan for each version of each table the stream shows; asks the catalogue for what the
/// event does not tell. Plans live as long as this object, for lanes hold on to them.
/// Thread: one at a time.
class TablePlans {
 public:
  TablePlans(std::span<const route::Rule> rules, catalog::Catalog catalog);

  /// The plan, or null when no rule meets the table. Costs one look-up once a table is known.
  /// Fails with Rejected (a rule names a column that is not there; the catalogue speaks of another
  /// version of the table) or as the catalogue does.
  [[nodiscard]] Result<const route::TablePlan*> plan_for(
      const std::shared_ptr<const decode::TableMap>& map, Flavour flavour);

  /// A DDL statement changed the table: what the catalogue said of it before is forgotten.
  void forget(std::string_view database, std::string_view table);

  /// Whether some rule of the table (of some table of the database) wants TRUNCATE and DROP to
  /// remove what it wrote.
  [[nodiscard]] bool removes_on_truncate(std::string_view database, std::string_view table) const;
  [[nodiscard]] bool removes_on_drop_of(std::string_view database) const;

  [[nodiscard]] bool is_ruled(std::string_view database, std::string_view table) const;

 private:
  /// A map of the stream; held, so that its address stands for it.
  struct Entry {
    std::shared_ptr<const decode::TableMap> map;
    const route::TablePlan* plan = nullptr;
  };
  /// What events say of a table, and the plan that came of it. Table ids come and go with the
  /// server's table cache; versions change only by DDL.
  struct Version {
    std::shared_ptr<const TableSchema> event;
    const route::TablePlan* plan = nullptr;
  };
  [[nodiscard]] Result<const route::TablePlan*> find_version(
      const std::shared_ptr<const TableSchema>& event, Flavour flavour);
  [[nodiscard]] Result<std::shared_ptr<const TableSchema>> complete(
      const std::shared_ptr<const TableSchema>& event, Flavour flavour);

  std::span<const route::Rule> rules_;
  catalog::Catalog catalog_;
  std::unordered_map<const decode::TableMap*, Entry> entries_;
  std::map<std::pair<std::string, std::string>, std::vector<Version>> versions_;
  std::vector<std::unique_ptr<const route::TablePlan>> plans_;
  const decode::TableMap* last_map_ = nullptr;
  const route::TablePlan* last_plan_ = nullptr;
};

}  // namespace replikey::pipeline
