#include "replikey/decode/rows.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "column_shape.hpp"

#include "replikey/base/byte_cursor.hpp"

namespace replikey::decode {

namespace {

enum class ValueLayout : std::uint8_t { Fixed, Prefixed, Unsizable };

constexpr ValueLayout layout_of(ColumnType type) noexcept {
  switch (type) {
    case ColumnType::Tiny:
    case ColumnType::Short:
    case ColumnType::Int24:
    case ColumnType::Long:
    case ColumnType::LongLong:
    case ColumnType::Float:
    case ColumnType::Double:
    case ColumnType::Year:
    case ColumnType::Date:
    case ColumnType::NewDate:
    case ColumnType::Time:
    case ColumnType::Datetime:
    case ColumnType::Timestamp:
    case ColumnType::Timestamp2:
    case ColumnType::Datetime2:
    case ColumnType::Time2:
    case ColumnType::NewDecimal:
    case ColumnType::Bit:
    case ColumnType::Enum:
    case ColumnType::Set: return ValueLayout::Fixed;
    case ColumnType::Varchar:
    case ColumnType::VarString:
    case ColumnType::String:
    case ColumnType::TinyBlob:
    case ColumnType::MediumBlob:
    case ColumnType::LongBlob:
    case ColumnType::Blob:
    case ColumnType::Json:
    case ColumnType::Geometry:
    case ColumnType::Vector:
    case ColumnType::TypedArray:
    case ColumnType::MariaBlobCompressed:
    case ColumnType::MariaVarcharCompressed: return ValueLayout::Prefixed;
    case ColumnType::Decimal:
    case ColumnType::Null:
    case ColumnType::Invalid:
    case ColumnType::Bool: return ValueLayout::Unsizable;
  }
  return ValueLayout::Unsizable;
}

bool bit_at(std::span<const std::byte> bits, std::size_t index) noexcept {
  return ((bits[index / 8] >> (index % 8)) & std::byte{1}) != std::byte{0};
}

std::size_t count_bits(std::span<const std::byte> bits, std::size_t size) noexcept {
  std::size_t count = 0;
  const std::size_t whole_bytes = size / 8;
  for (std::size_t i = 0; i < whole_bytes; ++i) {
    count += static_cast<std::size_t>(std::popcount(std::to_integer<std::uint8_t>(bits[i])));
  }
  for (std::size_t i = whole_bytes * 8; i < size; ++i) {
    count += bit_at(bits, i) ? 1U : 0U;
  }
  return count;
}

std::uint32_t read_prefix(const std::byte* at, std::uint8_t width) noexcept {
  std::uint32_t size = 0;
  switch (width) {
    case 1: std::memcpy(&size, at, 1); break;
    case 2: std::memcpy(&size, at, 2); break;
    case 3: std::memcpy(&size, at, 3); break;
    case 4: std::memcpy(&size, at, 4); break;
    default: break;
  }
  return size;
}

Error cut_off(const TableSchema& schema, const Column& column) {
  return Error{ErrorCode::CorruptData, schema.database + "." + schema.table + ": a row ends in " +
                                           column.name + ", which is " + describe(column)};
}

Error unsizable(const TableSchema& schema, const Column& column) {
  return Error{ErrorCode::Unsupported, schema.database + "." + schema.table + ": " + column.name +
                                           " is " + describe(column) +
                                           ", whose values cannot be decoded"};
}

Error bad_row(const TableSchema& schema, std::string_view what) {
  return Error{ErrorCode::CorruptData,
               schema.database + "." + schema.table + ": " + std::string{what}};
}

void move_view(std::span<const std::byte>& view, std::span<const std::byte> from,
               std::span<const std::byte> to) noexcept {
  if (!view.empty()) {
    view = to.subspan(static_cast<std::size_t>(view.data() - from.data()), view.size());
  }
}

}  // namespace

void Rows::rebase(std::span<const std::byte> from, std::span<const std::byte> to) noexcept {
  move_view(before_present, from, to);
  move_view(after_present, from, to);
  move_view(images, from, to);
}

Result<std::size_t> split_image(const TableSchema& schema, std::span<const std::byte> present,
                                std::span<const std::byte> bytes, std::vector<Cell>& cells) {
  const std::size_t count = schema.columns.size();
  if (present.size() < (count + 7) / 8) {
    return bad_row(schema, "the bitmap of present columns is too short");
  }
  cells.resize(count);
  const std::size_t null_size = (count_bits(present, count) + 7) / 8;
  if (bytes.size() < null_size) {
    return bad_row(schema, "a row ends in its null bitmap");
  }
  const std::byte* at = bytes.data() + null_size;
  const std::byte* const end = bytes.data() + bytes.size();
  std::size_t present_index = 0;  // the null bitmap counts present columns only
  for (std::size_t i = 0; i < count; ++i) {
    Cell& cell = cells[i];
    if (!bit_at(present, i)) {
      cell = Cell{};
      continue;
    }
    if (bit_at(bytes, present_index++)) {
      cell = Cell{.data = nullptr, .size = 0, .state = Cell::State::Null};
      continue;
    }
    const Column& column = schema.columns[i];
    const auto left = static_cast<std::size_t>(end - at);
    if (left < column.width) {
      return cut_off(schema, column);
    }
    std::uint32_t size = column.width;
    switch (layout_of(column.type)) {
      case ValueLayout::Fixed: break;
      case ValueLayout::Prefixed:
        size = read_prefix(at, column.width);
        if (left - column.width < size) {
          return cut_off(schema, column);
        }
        at += column.width;
        break;
      case ValueLayout::Unsizable: return unsizable(schema, column);
    }
    cell = Cell{.data = at, .size = size, .state = Cell::State::Value};
    at += size;
  }
  return static_cast<std::size_t>(at - bytes.data());
}

void RowCursor::reset(const TableSchema& schema, const Rows& rows) noexcept {
  schema_ = &schema;
  operation_ = rows.operation;
  before_present_ = rows.before_present;
  after_present_ = rows.after_present;
  rest_ = rows.images;
  // An insert of nothing but defaults under a minimal row image: no column, no byte, yet a row.
  const auto is_zero = [](std::byte b) { return b == std::byte{0}; };
  is_row_without_columns_ = rest_.empty() && operation_ == Operation::Insert &&
                            !after_present_.empty() && std::ranges::all_of(after_present_, is_zero);
}

Result<bool> RowCursor::split(std::span<const std::byte> present, std::vector<Cell>& cells,
                              std::span<const std::byte>& image) {
  const auto size = split_image(*schema_, present, rest_, cells);
  if (!size) {
    return size.error();
  }
  image = rest_.first(*size);
  rest_ = rest_.subspan(*size);
  return true;
}

Result<bool> RowCursor::next(RowChange& change) {
  if (rest_.empty() && !is_row_without_columns_) {
    return false;
  }
  const std::size_t before_size = rest_.size();
  change = RowChange{
      .operation = operation_, .before = {}, .after = {}, .before_image = {}, .after_image = {}};
  if (operation_ != Operation::Insert) {
    if (auto taken = split(before_present_, before_, change.before_image); !taken) {
      return taken;
    }
    change.before = before_;
  }
  if (operation_ != Operation::Delete) {
    if (auto taken = split(after_present_, after_, change.after_image); !taken) {
      return taken;
    }
    change.after = after_;
  }
  if (rest_.size() == before_size && !is_row_without_columns_) {
    return bad_row(*schema_, "bytes follow a row that has no column");
  }
  is_row_without_columns_ = false;
  return true;
}

}  // namespace replikey::decode
