#pragma once

#include <cstddef>
#include <span>

#include "small_text.hpp"

namespace replikey::value {

inline constexpr unsigned kMaxPrecision = 65;
inline constexpr unsigned kMaxScale = 30;

/// Bytes a NEWDECIMAL takes; 0 for a precision and scale no server has.
[[nodiscard]] std::size_t decimal_bytes(unsigned precision, unsigned scale) noexcept;

/// Writes a NEWDECIMAL of exactly `decimal_bytes` bytes with `scale` digits after the point.
/// Layout: docs/formats/binlog.md. False when a group of digits holds more than its digits.
[[nodiscard]] bool put_decimal(SmallText& text, std::span<const std::byte> bytes,
                               unsigned precision, unsigned scale) noexcept;

}  // namespace replikey::value
