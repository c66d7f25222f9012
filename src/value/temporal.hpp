#pragma once

#include <cstddef>
#include <span>

#include "fault.hpp"
#include "small_text.hpp"

#include "replikey/value/format.hpp"

namespace replikey::value {

// All write digits as the server prints them, with the column's fraction digits.
// Layouts: docs/formats/binlog.md.
[[nodiscard]] Fault put_date(SmallText& text, std::span<const std::byte> bytes) noexcept;
[[nodiscard]] Fault put_time(SmallText& text, std::span<const std::byte> bytes,
                             unsigned scale) noexcept;
[[nodiscard]] Fault put_datetime(SmallText& text, std::span<const std::byte> bytes,
                                 unsigned scale) noexcept;
[[nodiscard]] Fault put_timestamp(SmallText& text, std::span<const std::byte> bytes, unsigned scale,
                                  const Format& format) noexcept;
[[nodiscard]] Fault put_old_time(SmallText& text, std::span<const std::byte> bytes) noexcept;
[[nodiscard]] Fault put_old_datetime(SmallText& text, std::span<const std::byte> bytes) noexcept;
[[nodiscard]] Fault put_old_timestamp(SmallText& text, std::span<const std::byte> bytes,
                                      const Format& format) noexcept;

// A moment as binary JSON packs it: the integer part of DATETIME2 or TIME2, then 24 bits of
// microseconds. False when it stands for no such value.
[[nodiscard]] bool put_packed_date(SmallText& text, std::int64_t packed) noexcept;
[[nodiscard]] bool put_packed_datetime(SmallText& text, std::int64_t packed) noexcept;
[[nodiscard]] bool put_packed_time(SmallText& text, std::int64_t packed) noexcept;

}  // namespace replikey::value
