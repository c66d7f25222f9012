#pragma once

#include <cstddef>
#include <span>

#include "small_text.hpp"

namespace replikey::value {

/// A column has at most 65 digits; those inside JSON may have some more.
inline constexpr unsigned kMaxPrecision = 81;

/// Bytes a NEWDECIMAL takes; 0 for a precision and scale no server has.
[[nodiscard]] std::size_t decimal_bytes(unsigned precision, unsigned scale) noexcept;

/// Writes a NEWDECIMAL of exactly `decimal_bytes` bytes with `scale` digits after the point.
/// Layout: docs/formats/binlog.md. False when a group of digits holds more than its digits.
[[nodiscard]] bool put_decimal(SmallText& text, std::span<const std::byte> bytes,
                               unsigned precision, unsigned scale) noexcept;

}  // namespace replikey::value
