#pragma once

#include <cstdint>
#include <string>

#include "replikey/base/byte_cursor.hpp"
#include "replikey/base/result.hpp"
#include "replikey/model/column.hpp"

namespace replikey::decode {

/// Reads a column's metadata from `metadata` and fills what it says about the values' widths.
/// Fails with CorruptData, or Unsupported for a type whose metadata nobody can size.
[[nodiscard]] Result<Column> read_column_shape(std::uint8_t type, ByteCursor& metadata);

/// Bytes a DECIMAL takes.
/// https://github.com/mysql/mysql-server/blob/mysql-9.1.0/strings/decimal.cc decimal_bin_size
[[nodiscard]] std::uint8_t decimal_size(unsigned precision, unsigned scale) noexcept;

/// As SQL would say it, as far as the event tells: "DECIMAL(10,2)", "VARCHAR of 80 bytes".
[[nodiscard]] std::string describe(const Column& column);

/// Whether SIGNEDNESS has a bit for the type. YEAR counts.
[[nodiscard]] bool is_numeric(ColumnType type) noexcept;

/// The column's charset, as far as reading its ENUM labels needs it.
enum class LabelEncoding : std::uint8_t { Utf8, AsciiSuperset, Other };
[[nodiscard]] LabelEncoding label_encoding(std::uint16_t collation) noexcept;

}  // namespace replikey::decode
