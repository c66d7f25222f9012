#pragma once

#include <memory>
#include <regex>
#include <string>
#include <string_view>

#include "replikey/base/result.hpp"

namespace replikey::route {

/// "shop.article", "shop.*", "*.order_[0-9]*" (globs over "database.table"), or "/regex/" over
/// the same text. Immutable. Thread: any.
class TablePattern {
 public:
  /// Fails with InvalidConfig.
  [[nodiscard]] static Result<TablePattern> parse(std::string_view text);

  [[nodiscard]] bool matches(std::string_view database, std::string_view table) const;
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// The database when the pattern names exactly one; else empty.
  [[nodiscard]] std::string literal_database() const;

 private:
  std::string text_;
  std::string database_;
  std::string table_;
  std::shared_ptr<const std::regex> regex_;
};

}  // namespace replikey::route
