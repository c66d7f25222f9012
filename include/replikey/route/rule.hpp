#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "replikey/base/result.hpp"
#include "replikey/model/operation.hpp"
#include "replikey/value/format.hpp"

namespace replikey::route {

/// What a rule writes in Redis.
enum class RuleType : std::uint8_t {
  String,  ///< One key per row holding a JSON document.
  Hash,    ///< One hash per row, a field per column.
};

/// What TRUNCATE and DROP of a table do.
enum class OnTruncate : std::uint8_t { Delete, Ignore };

/// How separators inside the values of composite key templates are written.
enum class Escape : std::uint8_t { Percent, None };

/// One rule as the operator wrote it. `config` fills it; `Rule::compile` turns it into a Rule.
struct RuleOptions {
  std::string name;                 ///< Empty: the first table pattern.
  std::vector<std::string> tables;  ///< "db.table", globs, or "/regex/" over "db.table".
  std::vector<Operation> operations = {Operation::Insert, Operation::Update, Operation::Delete};
  RuleType type = RuleType::String;
  std::string key;
  Escape escape = Escape::Percent;
  OnTruncate on_truncate = OnTruncate::Delete;
  std::vector<std::string> columns;  ///< Empty: all.
  std::vector<std::string> exclude_columns;
  std::optional<std::chrono::milliseconds> ttl;
  value::Format format;
  std::string place;  ///< "file:line:column" of the rule, for messages.
};

}  // namespace replikey::route
