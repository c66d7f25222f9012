#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace replikey::value {

/// From `at` (seconds since 1970 UTC) on, `offset` seconds are added to UTC.
struct Transition {
  std::int64_t at = 0;
  std::int64_t offset = 0;

  friend bool operator==(const Transition&, const Transition&) = default;
};

/// The content of a file of the tz database (TZif, RFC 8536), in order of time; the first
/// transition stands for everything before it. The rule of its last line is carried on to the
/// year 2107, past the last TIMESTAMP any server stores. Nothing when the bytes are no such file.
[[nodiscard]] std::optional<std::vector<Transition>> parse_zone_file(std::string_view bytes);

/// Carries `transitions` (not empty) on by a rule as in the TZ variable, for example
/// "CET-1CEST,M3.5.0,M10.5.0/3". False when it is no such rule.
[[nodiscard]] bool extend_by_rule(std::vector<Transition>& transitions, std::string_view rule);

}  // namespace replikey::value
