#include "scalars.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <span>
#include <string>

namespace replikey::config {
namespace {

Error invalid(std::string message) {
  return Error{ErrorCode::InvalidConfig, std::move(message)};
}

std::string quoted(std::string_view text) {
  return "\"" + std::string{text} + "\"";
}

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

struct Quantity {
  std::uint64_t amount = 0;
  std::string_view unit;
};

std::optional<Quantity> split(std::string_view text) {
  Quantity quantity;
  const auto [rest, error] =
      std::from_chars(text.data(), text.data() + text.size(), quantity.amount);
  if (error != std::errc{}) {
    return std::nullopt;
  }
  quantity.unit = text.substr(static_cast<std::size_t>(rest - text.data()));
  while (quantity.unit.starts_with(' ')) {
    quantity.unit.remove_prefix(1);
  }
  return quantity;
}

Result<std::uint64_t> in_units(const Quantity& quantity, std::span<const Unit> units,
                               std::uint64_t max, std::string_view text, std::string_view names) {
  for (const auto& unit : units) {
    if (unit.name == quantity.unit) {
      if (quantity.amount > max / unit.factor) {
        return invalid(quoted(text) + " is too large");
      }
      return quantity.amount * unit.factor;
    }
  }
  return invalid(quoted(text) +
                 (quantity.unit.empty() ? std::string{" has no unit"}
                                        : " has an unknown unit " + quoted(quantity.unit)) +
                 "; write one of " + std::string{names});
}

/// Digits of a fixed width at a fixed place, as in a timestamp.
std::optional<int> digits(std::string_view text, std::size_t begin, std::size_t count) {
  int value = 0;
  for (std::size_t i = begin; i < begin + count; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') {
      return std::nullopt;
    }
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

/// Seconds east of UTC of "Z" or "+02:00".
std::optional<int> parse_offset(std::string_view text) {
  if (text == "Z" || text == "z") {
    return 0;
  }
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') {
    return std::nullopt;
  }
  const auto hours = digits(text, 1, 2);
  const auto minutes = digits(text, 4, 2);
  if (!hours || !minutes || *hours > 14 || *minutes > 59) {
    return std::nullopt;
  }
  const int seconds = (*hours * 60 + *minutes) * 60;
  return text[0] == '-' ? -seconds : seconds;
}

}  // namespace

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  static constexpr std::array<Unit, 5> kUnits{
      {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
  static constexpr std::uint64_t kMax = std::uint64_t{100} * 365 * 86'400'000;
  const auto quantity = split(text);
  if (!quantity) {
    return invalid(quoted(text) + " is no duration; write for example 500ms, 10s, 5m or 2h");
  }
  const auto value = in_units(*quantity, kUnits, kMax, text, "ms, s, m, h, d (for example 10s)");
  if (!value) {
    return value.error();
  }
  return std::chrono::milliseconds{static_cast<std::int64_t>(*value)};
}

Result<std::uint64_t> parse_size(std::string_view text) {
  static constexpr std::array<Unit, 4> kUnits{
      {{"B", 1}, {"KiB", 1ULL << 10U}, {"MiB", 1ULL << 20U}, {"GiB", 1ULL << 30U}}};
  static constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  const auto quantity = split(text);
  if (!quantity) {
    return invalid(quoted(text) + " is no size; write for example 512KiB, 64MiB or 1GiB");
  }
  return in_units(*quantity, kUnits, kMax, text, "B, KiB, MiB, GiB (for example 64MiB)");
}

Result<std::uint64_t> parse_number(std::string_view text, std::uint64_t min, std::uint64_t max) {
  std::uint64_t value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = error != std::errc::invalid_argument && rest == text.data() + text.size();
  if (!is_number) {
    return invalid(quoted(text) + " is no whole number");
  }
  if (error != std::errc{} || value < min || value > max) {
    return invalid(std::string{text} + " is out of range; it must be between " +
                   std::to_string(min) + " and " + std::to_string(max));
  }
  return value;
}

Result<std::int64_t> parse_instant(std::string_view text) {
  constexpr std::size_t kLength = 19;  // YYYY-MM-DD HH:MM:SS
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  const auto hour = digits(text, 11, 2);
  const auto minute = digits(text, 14, 2);
  const auto second = digits(text, 17, 2);
  const bool has_form = year && month && day && hour && minute && second && text[4] == '-' &&
                        text[7] == '-' && (text[10] == ' ' || text[10] == 'T') && text[13] == ':' &&
                        text[16] == ':';
  if (!has_form) {
    return invalid(quoted(text) +
                   " is no point in time; write for example \"2026-11-22 10:00:00Z\"");
  }
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) {
    return invalid(quoted(text) + " does not exist in the calendar");
  }
  auto zone = text.substr(kLength);
  while (zone.starts_with(' ')) {
    zone.remove_prefix(1);
  }
  if (zone.empty()) {
    return invalid(quoted(text) + " has no time zone; write \"" + std::string{text} +
                   "Z\" for UTC, or an offset like +02:00");
  }
  if (zone.starts_with('.')) {
    return invalid(quoted(text) + " has a fraction; write whole seconds");
  }
  const auto offset = parse_offset(zone);
  if (!offset) {
    return invalid(quoted(text) + " has an unknown time zone " + quoted(zone) +
                   "; write Z for UTC, or an offset like +02:00");
  }
  const auto days = std::chrono::sys_days{date}.time_since_epoch().count();
  const auto time = std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
                    std::chrono::seconds{*second - *offset};
  return std::int64_t{days} * 86'400 + time.count();
}

}  // namespace replikey::config
