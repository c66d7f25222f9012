#include "decimal.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace replikey::value {
namespace {

// Digits stand in groups of nine, four bytes each, big endian; the odd ones at either end take
// fewer. https://github.com/mysql/mysql-server/blob/mysql-9.1.0/strings/decimal.cc
constexpr unsigned kGroupDigits = 9;
constexpr std::array<std::uint8_t, kGroupDigits + 1> kBytes{0, 1, 1, 2, 2, 3, 3, 4, 4, 4};
constexpr std::array<std::uint32_t, kGroupDigits + 1> kPowers{
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};

class Groups {
 public:
  explicit Groups(std::span<const std::byte> bytes) noexcept
      : bytes_{bytes}, is_negative_{(bytes.front() & std::byte{0x80}) == std::byte{0}} {}

  [[nodiscard]] bool is_negative() const noexcept { return is_negative_; }
  [[nodiscard]] bool is_valid() const noexcept { return is_valid_; }

  std::uint32_t next(unsigned digits) noexcept {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < kBytes.at(digits); ++i, ++at_) {
      auto byte = std::to_integer<std::uint32_t>(bytes_[at_]);
      byte ^= (at_ == 0 ? 0x80U : 0U) ^ (is_negative_ ? 0xFFU : 0U);
      value = (value << 8U) | byte;
    }
    is_valid_ = is_valid_ && value < kPowers.at(digits);
    return value;
  }

 private:
  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
  bool is_negative_;
  bool is_valid_ = true;
};

/// All digits of a number, leading zeros included. The array is written before it is read.
// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init)
class Digits {
 public:
  void put(std::uint32_t value, unsigned digits) noexcept {
    size_ += digits;
    for (unsigned i = 1; i <= digits; ++i) {
      data_[size_ - i] = static_cast<char>('0' + value % 10);
      value /= 10;
    }
  }
  [[nodiscard]] std::string_view view() const noexcept { return {data_.data(), size_}; }

 private:
  std::array<char, kMaxPrecision + kGroupDigits> data_;
  std::size_t size_ = 0;
};

}  // namespace

std::size_t decimal_bytes(unsigned precision, unsigned scale) noexcept {
  if (precision == 0 || precision > kMaxPrecision || scale > precision) {
    return 0;
  }
  const unsigned whole = precision - scale;
  return std::size_t{whole / kGroupDigits} * 4 + kBytes.at(whole % kGroupDigits) +
         std::size_t{scale / kGroupDigits} * 4 + kBytes.at(scale % kGroupDigits);
}

bool put_decimal(SmallText& text, std::span<const std::byte> bytes, unsigned precision,
                 unsigned scale) noexcept {
  Groups groups{bytes};
  Digits digits;
  const unsigned whole = precision - scale;
  digits.put(groups.next(whole % kGroupDigits), whole % kGroupDigits);
  for (unsigned i = 0; i < whole / kGroupDigits + scale / kGroupDigits; ++i) {
    digits.put(groups.next(kGroupDigits), kGroupDigits);
  }
  digits.put(groups.next(scale % kGroupDigits), scale % kGroupDigits);
  const std::string_view all = digits.view();
  if (groups.is_negative() && all.find_first_not_of('0') != std::string_view::npos) {
    text.put('-');
  }
  const std::size_t first = std::min<std::size_t>(all.find_first_not_of('0'), whole);
  if (first == whole) {
    text.put('0');
  }
  for (std::size_t i = first; i < all.size(); ++i) {
    if (i == whole) {
      text.put('.');
    }
    text.put(all[i]);
  }
  return groups.is_valid();
}

}  // namespace replikey::value
