#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "replikey/base/result.hpp"
#include "replikey/model/cell.hpp"
#include "replikey/model/column.hpp"
#include "replikey/route/rule.hpp"
#include "replikey/value/format.hpp"

namespace replikey::route {

/// "article:article_id_{id}": literal text and columns in braces; "{{" and "}}" stand for braces.
/// Immutable. Thread: any.
class KeyTemplate {
 public:
  struct Part {
    std::string literal;  ///< Text before the column.
    std::string column;   ///< Empty for the tail.
  };

  /// Fails with InvalidConfig; the message gives the column within the text.
  [[nodiscard]] static Result<KeyTemplate> parse(std::string_view text);

  [[nodiscard]] std::span<const Part> parts() const noexcept { return parts_; }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] std::size_t column_count() const noexcept;

 private:
  std::string text_;
  std::vector<Part> parts_;
};

/// A key template bound to the columns of one version of a table. Immutable. Thread: any.
class BoundKey {
 public:
  BoundKey() = default;
  /// Fails with Rejected, naming the column that does not exist and the nearest one.
  [[nodiscard]] static Result<BoundKey> bind(const KeyTemplate& key, Escape escape,
                                             std::span<const Column> columns);

  /// Appends the key of `row`. Fails with Rejected for a NULL, Unsupported for a column the row
  /// image lacks; `out` is then as it was.
  [[nodiscard]] Status append(std::string& out, Row row, std::span<const Column> columns,
                              const value::Format& format) const;

  /// Whether some column of the key differs between the two rows, by bytes.
  [[nodiscard]] bool differs(Row before, Row after) const noexcept;

  [[nodiscard]] std::span<const std::uint16_t> columns() const noexcept { return columns_; }

 private:
  struct Part {
    std::string literal;
    int column = -1;
  };
  std::vector<Part> parts_;
  std::vector<std::uint16_t> columns_;
  /// Characters percent-encoded inside values; empty for templates with fewer than two columns.
  std::string escaped_;
};

}  // namespace replikey::route
