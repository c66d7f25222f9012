#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "replikey/base/result.hpp"
#include "replikey/model/cell.hpp"
#include "replikey/model/column.hpp"
#include "replikey/route/key_template.hpp"
#include "replikey/route/rule.hpp"
#include "replikey/route/table_pattern.hpp"
#include "replikey/value/document.hpp"

namespace replikey::route {

/// A rule, checked and compiled; independent of any table's columns. Immutable. Thread: any.
class Rule {
 public:
  /// Fails with InvalidConfig, the place in the file first.
  [[nodiscard]] static Result<Rule> compile(RuleOptions options);

  [[nodiscard]] const RuleOptions& options() const noexcept { return options_; }
  [[nodiscard]] const std::string& name() const noexcept { return options_.name; }
  [[nodiscard]] const KeyTemplate& key() const noexcept { return key_; }
  [[nodiscard]] bool matches(std::string_view database, std::string_view table) const;
  /// Whether some pattern names exactly this database.
  [[nodiscard]] bool names_database(std::string_view database) const;
  [[nodiscard]] bool listens_to(Operation operation) const noexcept;

 private:
  Rule(RuleOptions options, KeyTemplate key, std::vector<TablePattern> tables);

  RuleOptions options_;
  KeyTemplate key_;
  std::vector<TablePattern> tables_;
};

/// One rule bound to one version of a table.
struct Target {
  const Rule* rule = nullptr;
  BoundKey key;
  std::vector<value::Member> members;  ///< Columns the payload carries, in table order.
  std::vector<bool> needed;            ///< Per column: the key or the payload reads it.
};

/// Every rule that meets a table, bound to one version of its columns. Immutable. Thread: any.
class TablePlan {
 public:
  /// `rules` must outlive the plan. Fails with Rejected when a rule names a column the table does
  /// not have; the message names rule, column and the nearest one.
  [[nodiscard]] static Result<std::unique_ptr<const TablePlan>> build(
      std::shared_ptr<const TableSchema> schema, std::span<const Rule> rules);

  [[nodiscard]] const TableSchema& schema() const noexcept { return *schema_; }
  [[nodiscard]] std::span<const Target> targets() const noexcept { return targets_; }

 private:
  TablePlan(std::shared_ptr<const TableSchema> schema, std::vector<Target> targets);

  std::shared_ptr<const TableSchema> schema_;
  std::vector<Target> targets_;
};

/// What decides which rows count and where they go: changes of it between runs matter to
/// progress. A short hexadecimal text.
[[nodiscard]] std::string routing_fingerprint(std::span<const Rule> rules);

}  // namespace replikey::route
