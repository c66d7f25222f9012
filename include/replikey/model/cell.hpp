#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace replikey {

/// One column's value in one row: a view over bytes somebody else keeps alive. What the bytes
/// mean is said by the Column beside it.
struct Cell {
  enum class State : std::uint8_t {
    Absent,  ///< The row image does not carry the column.
    Null,
    Value,
  };

  const std::byte* data = nullptr;
  std::uint32_t size = 0;  ///< Without a length prefix.
  State state = State::Absent;

  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return {data, size}; }
  [[nodiscard]] bool is_value() const noexcept { return state == State::Value; }
  [[nodiscard]] bool is_null() const noexcept { return state == State::Null; }
  [[nodiscard]] bool is_absent() const noexcept { return state == State::Absent; }
};

/// A row as cells, one per column of its TableSchema.
using Row = std::span<const Cell>;

}  // namespace replikey
