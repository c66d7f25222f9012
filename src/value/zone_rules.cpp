#include "zone_rules.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace replikey::value {
namespace {

constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kLastYear = 2107;

/// https://howardhinnant.github.io/date_algorithms.html#days_from_civil
constexpr std::int64_t days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = year / 400;  // years here are positive
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

constexpr bool is_leap(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr std::int64_t year_of(std::int64_t seconds) {
  std::int64_t year = 1970 + seconds / (kDay * 366);
  while (days_from_civil(year + 1, 1, 1) * kDay <= seconds) {
    ++year;
  }
  return year;
}

/// When in a year a rule of the TZ variable applies.
struct RuleDate {
  enum class Kind : std::uint8_t { MonthWeekDay, JulianDay, ZeroBasedDay };
  Kind kind = Kind::MonthWeekDay;
  std::int64_t month = 1;
  std::int64_t week = 1;
  std::int64_t day = 0;
  std::int64_t time = 7200;

  /// Local wall-clock seconds.
  [[nodiscard]] std::int64_t in(std::int64_t year) const {
    const std::int64_t january = days_from_civil(year, 1, 1);
    switch (kind) {
      case Kind::JulianDay:
        return (january + day - 1 + (is_leap(year) && day > 59 ? 1 : 0)) * kDay + time;
      case Kind::ZeroBasedDay: return (january + day) * kDay + time;
      case Kind::MonthWeekDay: break;
    }
    const std::int64_t first = days_from_civil(year, month, 1);
    const std::int64_t next =
        month == 12 ? days_from_civil(year + 1, 1, 1) : days_from_civil(year, month + 1, 1);
    const std::int64_t weekday = (first + 4) % 7;  // 1970-01-01 was a Thursday
    std::int64_t date = first + (day - weekday + 7) % 7 + (week - 1) * 7;
    while (date >= next) {
      date -= 7;
    }
    return date * kDay + time;
  }
};

class RuleParser {
 public:
  explicit RuleParser(std::string_view text) noexcept : rest_{text} {}

  [[nodiscard]] bool is_at_end() const noexcept { return rest_.empty(); }
  [[nodiscard]] bool is_at(char c) const noexcept { return rest_.starts_with(c); }

  bool take(char c) noexcept {
    if (!is_at(c)) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  /// "CET" or "<+03>".
  bool name() noexcept {
    const bool is_quoted = take('<');
    const std::size_t length = is_quoted ? rest_.find('>') : rest_.find_first_of("+-,0123456789");
    if (length == 0 || (is_quoted && length == std::string_view::npos)) {
      return false;
    }
    rest_.remove_prefix(std::min(length, rest_.size()));
    return !is_quoted || take('>');
  }

  /// [+-]hh[:mm[:ss]] in seconds.
  bool time(std::int64_t& seconds) noexcept {
    const bool is_negative = take('-');
    if (!is_negative) {
      take('+');
    }
    std::int64_t hours = 0;
    std::int64_t minutes = 0;
    std::int64_t rest = 0;
    if (!number(hours, 167) ||
        (take(':') && (!number(minutes, 59) || (take(':') && !number(rest, 59))))) {
      return false;
    }
    seconds = (hours * 60 + minutes) * 60 + rest;
    seconds = is_negative ? -seconds : seconds;
    return true;
  }

  bool date(RuleDate& date) noexcept {
    bool is_valid = false;
    if (take('M')) {
      is_valid = number(date.month, 12) && take('.') && number(date.week, 5) && take('.') &&
                 number(date.day, 6) && date.month >= 1 && date.week >= 1;
    } else if (take('J')) {
      date.kind = RuleDate::Kind::JulianDay;
      is_valid = number(date.day, 365) && date.day >= 1;
    } else {
      date.kind = RuleDate::Kind::ZeroBasedDay;
      is_valid = number(date.day, 365);
    }
    return is_valid && (!take('/') || time(date.time));
  }

 private:
  bool number(std::int64_t& value, std::int64_t max) noexcept {
    const char* const end = rest_.data() + rest_.size();
    const auto result = std::from_chars(rest_.data(), end, value);
    rest_.remove_prefix(static_cast<std::size_t>(result.ptr - rest_.data()));
    return result.ec == std::errc{} && value >= 0 && value <= max;
  }

  std::string_view rest_;
};

/// The parts of a TZif block. https://datatracker.ietf.org/doc/html/rfc8536#section-3
struct Block {
  std::size_t is_ut_count = 0;
  std::size_t is_std_count = 0;
  std::size_t leap_count = 0;
  std::size_t time_count = 0;
  std::size_t type_count = 0;
  std::size_t char_count = 0;

  [[nodiscard]] std::size_t size(std::size_t time_bytes) const noexcept {
    return time_count * (time_bytes + 1) + type_count * 6 + char_count +
           leap_count * (time_bytes + 4) + is_std_count + is_ut_count;
  }
};

constexpr std::size_t kHeader = 44;

std::int64_t read_signed(std::string_view bytes, std::size_t at, std::size_t width) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    value = (value << 8U) | static_cast<unsigned char>(bytes[at + i]);
  }
  const auto unused = static_cast<unsigned>(64 - 8 * width);
  return static_cast<std::int64_t>(value << unused) >> unused;
}

std::optional<Block> read_header(std::string_view bytes) noexcept {
  if (bytes.size() < kHeader || !bytes.starts_with("TZif")) {
    return std::nullopt;
  }
  const auto count = [&](std::size_t i) {
    return static_cast<std::size_t>(read_signed(bytes, 20 + 4 * i, 4) & 0xFFFFFFFF);
  };
  return Block{.is_ut_count = count(0),
               .is_std_count = count(1),
               .leap_count = count(2),
               .time_count = count(3),
               .type_count = count(4),
               .char_count = count(5)};
}

/// `bytes` is a block's data and at least its size.
std::optional<std::vector<Transition>> read_block(std::string_view bytes, const Block& block,
                                                  std::size_t time_bytes) {
  const std::size_t indexes = block.time_count * time_bytes;
  const std::size_t types = indexes + block.time_count;
  if (block.type_count == 0) {
    return std::nullopt;
  }
  std::vector<Transition> transitions{
      {std::numeric_limits<std::int64_t>::min(), read_signed(bytes, types, 4)}};
  for (std::size_t i = 0; i < block.time_count; ++i) {
    const std::size_t type = static_cast<unsigned char>(bytes[indexes + i]);
    const std::int64_t at = read_signed(bytes, i * time_bytes, time_bytes);
    if (type >= block.type_count || at < transitions.back().at) {
      return std::nullopt;
    }
    transitions.push_back({at, read_signed(bytes, types + type * 6, 4)});
  }
  return transitions;
}

}  // namespace

bool extend_by_rule(std::vector<Transition>& transitions, std::string_view rule) {
  RuleParser parser{rule};
  std::int64_t standard = 0;  // west of Greenwich is positive here
  if (!parser.name() || !parser.time(standard)) {
    return false;
  }
  if (parser.is_at_end()) {
    if (transitions.size() == 1) {
      transitions.front().offset = -standard;
    }
    return true;
  }
  std::int64_t summer = standard - 3600;
  RuleDate start;
  RuleDate end;
  if (!parser.name() || (!parser.is_at(',') && !parser.time(summer)) || !parser.take(',') ||
      !parser.date(start) || !parser.take(',') || !parser.date(end) || !parser.is_at_end()) {
    return false;
  }
  const std::int64_t last = transitions.back().at;
  std::vector<Transition> further;
  for (std::int64_t year = year_of(std::max<std::int64_t>(last, 0)); year <= kLastYear; ++year) {
    further.push_back({start.in(year) + standard, -summer});
    further.push_back({end.in(year) + summer, -standard});
  }
  std::sort(further.begin(), further.end(),
            [](const Transition& a, const Transition& b) { return a.at < b.at; });
  std::copy_if(further.begin(), further.end(), std::back_inserter(transitions),
               [last](const Transition& transition) { return transition.at > last; });
  return true;
}

std::optional<std::vector<Transition>> parse_zone_file(std::string_view bytes) {
  std::optional<Block> block = read_header(bytes);
  if (!block || block->size(4) > bytes.size() - kHeader) {
    return std::nullopt;
  }
  if (bytes[4] < '2') {
    return read_block(bytes.substr(kHeader), *block, 4);
  }
  bytes.remove_prefix(kHeader + block->size(4));
  block = read_header(bytes);  // the same once more, with times of eight bytes
  if (!block || block->size(8) > bytes.size() - kHeader) {
    return std::nullopt;
  }
  auto transitions = read_block(bytes.substr(kHeader), *block, 8);
  bytes.remove_prefix(kHeader + block->size(8));
  if (transitions && bytes.size() > 2 && bytes.starts_with('\n')) {
    bytes.remove_prefix(1);
    if (!extend_by_rule(*transitions, bytes.substr(0, bytes.find('\n')))) {
      return std::nullopt;
    }
  }
  return transitions;
}

}  // namespace replikey::value
