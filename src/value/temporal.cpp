#include "temporal.hpp"

#include <array>
#include <cstdint>

namespace replikey::value {
namespace {

constexpr unsigned kMaxFraction = 6;
constexpr unsigned kMicrosBits = 24;
constexpr std::uint64_t kMicrosMask = (1U << kMicrosBits) - 1;
constexpr unsigned kMicrosPerSecond = 1000000;

constexpr std::size_t fraction_bytes(unsigned scale) noexcept {
  return (scale + 1) / 2;
}

std::uint64_t big_endian(std::span<const std::byte> bytes) noexcept {
  std::uint64_t value = 0;
  for (const std::byte byte : bytes) {
    value = (value << 8U) | std::to_integer<std::uint64_t>(byte);
  }
  return value;
}

std::uint64_t little_endian(std::span<const std::byte> bytes) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) {
    value = (value << 8U) | std::to_integer<std::uint64_t>(bytes[i - 1]);
  }
  return value;
}

/// The stored fraction counts in hundredths, ten-thousandths or millionths.
std::uint64_t to_micros(std::uint64_t stored, unsigned scale) noexcept {
  constexpr std::array<std::uint32_t, 4> kUnits{0, 10000, 100, 1};
  return stored * kUnits.at(fraction_bytes(scale));
}

struct Moment {
  unsigned year = 0;
  unsigned month = 0;
  unsigned day = 0;
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
};

/// Zero dates and zero parts of dates are values; more than the field can show is not.
bool is_printable(const Moment& moment) noexcept {
  return moment.year <= 9999 && moment.month <= 12 && moment.day <= 31 && moment.hour <= 23 &&
         moment.minute <= 59 && moment.second <= 59;
}

/// The integer part of DATETIME2.
Moment unpack_datetime(std::uint64_t value) noexcept {
  const std::uint64_t months = value >> 22U;
  return {.year = static_cast<unsigned>(months / 13),
          .month = static_cast<unsigned>(months % 13),
          .day = static_cast<unsigned>((value >> 17U) & 31U),
          .hour = static_cast<unsigned>((value >> 12U) & 31U),
          .minute = static_cast<unsigned>((value >> 6U) & 63U),
          .second = static_cast<unsigned>(value & 63U)};
}

void put(SmallText& text, const Moment& moment, char between) noexcept {
  text.four_digits(moment.year);
  text.put('-');
  text.two_digits(moment.month);
  text.put('-');
  text.two_digits(moment.day);
  text.put(between);
  text.two_digits(moment.hour);
  text.put(':');
  text.two_digits(moment.minute);
  text.put(':');
  text.two_digits(moment.second);
}

bool put_time_parts(SmallText& text, bool is_negative, std::uint64_t hours, std::uint64_t minutes,
                    std::uint64_t seconds) noexcept {
  if (hours > 838 || minutes > 59 || seconds > 59) {
    return false;
  }
  if (is_negative) {
    text.put('-');
  }
  if (hours >= 100) {
    text.put(static_cast<char>('0' + hours / 100));
  }
  text.two_digits(static_cast<unsigned>(hours % 100));
  text.put(':');
  text.two_digits(static_cast<unsigned>(minutes));
  text.put(':');
  text.two_digits(static_cast<unsigned>(seconds));
  return true;
}

/// The integer part of TIME2, without sign.
bool put_time_value(SmallText& text, bool is_negative, std::uint64_t value) noexcept {
  return put_time_parts(text, is_negative, value >> 12U, (value >> 6U) & 63U, value & 63U);
}

/// Seconds since 1970 on the proleptic Gregorian calendar, for years 1 to 9999.
/// http://howardhinnant.github.io/date_algorithms.html#civil_from_days
Moment civil(std::int64_t seconds) noexcept {
  constexpr std::int64_t kDay = 86400;
  std::int64_t days = seconds / kDay;
  std::int64_t rest = seconds % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  const auto shifted = static_cast<std::uint64_t>(days + 719468);  // since 0000-03-01
  const std::uint64_t era = shifted / 146097;
  const std::uint64_t day_of_era = shifted % 146097;
  const std::uint64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::uint64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::uint64_t month_from_march = (5 * day_of_year + 2) / 153;
  const std::uint64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return {.year = static_cast<unsigned>(year_of_era + era * 400 + (month <= 2 ? 1 : 0)),
          .month = static_cast<unsigned>(month),
          .day = static_cast<unsigned>(day_of_year - (153 * month_from_march + 2) / 5 + 1),
          .hour = static_cast<unsigned>(rest / 3600),
          .minute = static_cast<unsigned>(rest / 60 % 60),
          .second = static_cast<unsigned>(rest % 60)};
}

void put_offset(SmallText& text, std::int64_t offset) noexcept {
  if (offset == 0) {
    text.put('Z');
    return;
  }
  text.put(offset < 0 ? '-' : '+');
  const auto distance = static_cast<unsigned>(offset < 0 ? -offset : offset);
  text.two_digits(distance / 3600);
  text.put(':');
  text.two_digits(distance / 60 % 60);
  if (distance % 60 != 0) {
    text.put(':');
    text.two_digits(distance % 60);
  }
}

void put_instant(SmallText& text, std::uint64_t seconds, unsigned micros, unsigned scale,
                 const Format& format) noexcept {
  switch (format.timestamp) {
    case TimestampForm::Epoch:
      text.number(seconds);
      text.fraction(micros, scale);
      return;
    case TimestampForm::EpochMs: text.number(seconds * 1000 + micros / 1000); return;
    case TimestampForm::Datetime:
    case TimestampForm::Iso8601: break;
  }
  const bool is_iso = format.timestamp == TimestampForm::Iso8601;
  const bool is_zero = seconds == 0;  // the zero date; 1970-01-01 00:00:00 UTC cannot be stored
  const auto instant = static_cast<std::int64_t>(seconds);
  const std::int64_t offset =
      is_zero || format.time_zone == nullptr ? 0 : format.time_zone->offset_at(instant);
  put(text, is_zero ? Moment{} : civil(instant + offset), is_iso ? 'T' : ' ');
  text.fraction(micros, scale);
  if (is_iso) {
    put_offset(text, offset);
  }
}

}  // namespace

Fault put_date(SmallText& text, std::span<const std::byte> bytes) noexcept {
  if (bytes.size() != 3) {
    return Fault::Size;
  }
  const auto value = static_cast<unsigned>(little_endian(bytes));
  const unsigned year = value >> 9U;
  const unsigned month = (value >> 5U) & 15U;
  if (year > 9999 || month > 12) {
    return Fault::Content;
  }
  text.four_digits(year);
  text.put('-');
  text.two_digits(month);
  text.put('-');
  text.two_digits(value & 31U);
  return Fault::None;
}

Fault put_time(SmallText& text, std::span<const std::byte> bytes, unsigned scale) noexcept {
  const std::size_t extra = fraction_bytes(scale);
  if (scale > kMaxFraction || bytes.size() != 3 + extra) {
    return Fault::Size;
  }
  // Stored as one wide number around a middle, so that negative fractions borrow.
  const unsigned shift = 8U * static_cast<unsigned>(extra);
  const std::int64_t wide = static_cast<std::int64_t>(big_endian(bytes)) - (0x800000LL << shift);
  const auto distance = static_cast<std::uint64_t>(wide < 0 ? -wide : wide);
  const std::uint64_t micros = to_micros(distance & ((1ULL << shift) - 1), scale);
  if (micros >= kMicrosPerSecond || !put_time_value(text, wide < 0, distance >> shift)) {
    return Fault::Content;
  }
  text.fraction(static_cast<unsigned>(micros), scale);
  return Fault::None;
}

Fault put_datetime(SmallText& text, std::span<const std::byte> bytes, unsigned scale) noexcept {
  constexpr std::uint64_t kMiddle = 0x8000000000;
  if (scale > kMaxFraction || bytes.size() != 5 + fraction_bytes(scale)) {
    return Fault::Size;
  }
  const std::uint64_t stored = big_endian(bytes.first(5));
  const std::uint64_t micros = to_micros(big_endian(bytes.subspan(5)), scale);
  const Moment moment = unpack_datetime(stored - kMiddle);
  if (stored < kMiddle || micros >= kMicrosPerSecond || !is_printable(moment)) {
    return Fault::Content;
  }
  put(text, moment, ' ');
  text.fraction(static_cast<unsigned>(micros), scale);
  return Fault::None;
}

Fault put_timestamp(SmallText& text, std::span<const std::byte> bytes, unsigned scale,
                    const Format& format) noexcept {
  if (scale > kMaxFraction || bytes.size() != 4 + fraction_bytes(scale)) {
    return Fault::Size;
  }
  const std::uint64_t micros = to_micros(big_endian(bytes.subspan(4)), scale);
  if (micros >= kMicrosPerSecond) {
    return Fault::Content;
  }
  put_instant(text, big_endian(bytes.first(4)), static_cast<unsigned>(micros), scale, format);
  return Fault::None;
}

Fault put_old_time(SmallText& text, std::span<const std::byte> bytes) noexcept {
  if (bytes.size() != 3) {
    return Fault::OldTemporal;
  }
  constexpr std::int64_t kSign = 0x800000;
  const std::int64_t value =
      (static_cast<std::int64_t>(little_endian(bytes)) ^ kSign) - kSign;  // sign extended
  const auto distance = static_cast<std::uint64_t>(value < 0 ? -value : value);
  return put_time_parts(text, value < 0, distance / 10000, distance / 100 % 100, distance % 100)
             ? Fault::None
             : Fault::Content;
}

Fault put_old_datetime(SmallText& text, std::span<const std::byte> bytes) noexcept {
  if (bytes.size() != 8) {
    return Fault::OldTemporal;
  }
  const std::uint64_t value = little_endian(bytes);  // YYYYMMDDhhmmss as decimal digits
  if (value > 99991231235959ULL) {
    return Fault::Content;
  }
  const auto date = static_cast<unsigned>(value / 1000000);
  const auto time = static_cast<unsigned>(value % 1000000);
  const Moment moment{.year = date / 10000,
                      .month = date / 100 % 100,
                      .day = date % 100,
                      .hour = time / 10000,
                      .minute = time / 100 % 100,
                      .second = time % 100};
  if (!is_printable(moment)) {
    return Fault::Content;
  }
  put(text, moment, ' ');
  return Fault::None;
}

Fault put_old_timestamp(SmallText& text, std::span<const std::byte> bytes,
                        const Format& format) noexcept {
  if (bytes.size() != 4) {
    return Fault::OldTemporal;
  }
  put_instant(text, little_endian(bytes), 0, 0, format);
  return Fault::None;
}

bool put_packed_date(SmallText& text, std::int64_t packed) noexcept {
  SmallText whole;
  if (!put_packed_datetime(whole, packed)) {
    return false;
  }
  for (const char c : whole.view().substr(0, 10)) {
    text.put(c);
  }
  return true;
}

bool put_packed_datetime(SmallText& text, std::int64_t packed) noexcept {
  const auto value = static_cast<std::uint64_t>(packed);
  const Moment moment = unpack_datetime(value >> kMicrosBits);
  if (packed < 0 || (value & kMicrosMask) >= kMicrosPerSecond || !is_printable(moment)) {
    return false;
  }
  put(text, moment, ' ');
  text.fraction(static_cast<unsigned>(value & kMicrosMask), kMaxFraction);
  return true;
}

bool put_packed_time(SmallText& text, std::int64_t packed) noexcept {
  const auto value = static_cast<std::uint64_t>(packed);
  const std::uint64_t distance = packed < 0 ? std::uint64_t{0} - value : value;
  if ((distance & kMicrosMask) >= kMicrosPerSecond ||
      !put_time_value(text, packed < 0, distance >> kMicrosBits)) {
    return false;
  }
  text.fraction(static_cast<unsigned>(distance & kMicrosMask), kMaxFraction);
  return true;
}

}  // namespace replikey::value
