#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "replikey/base/result.hpp"

namespace replikey::config {

// Texts of the file into values. All fail with InvalidConfig; the message has no place.

/// "500ms", "10s", "1m", "2h", "7d".
[[nodiscard]] Result<std::chrono::milliseconds> parse_duration(std::string_view text);

/// "512KiB", "64MiB", "1GiB", "4096B".
[[nodiscard]] Result<std::uint64_t> parse_size(std::string_view text);

/// Decimal digits, between `min` and `max`.
[[nodiscard]] Result<std::uint64_t> parse_number(std::string_view text, std::uint64_t min,
                                                 std::uint64_t max);

/// "2026-11-22 10:00:00Z", also with T and with an offset like +02:00; seconds since 1970 UTC.
[[nodiscard]] Result<std::int64_t> parse_instant(std::string_view text);

}  // namespace replikey::config
