#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace replikey::value {

/// A few characters on the stack, for values of bounded length. The caller minds the capacity; the
/// array is written before it is read.
// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init)
class SmallText {
 public:
  void put(char c) noexcept { data_[size_++] = c; }
  void two_digits(unsigned value) noexcept {
    put(digit(value / 10));
    put(digit(value % 10));
  }
  void four_digits(unsigned value) noexcept {
    two_digits(value / 100);
    two_digits(value % 100);
  }
  template <typename T>
  void number(T value) noexcept {
    const auto result = std::to_chars(data_.data() + size_, data_.data() + data_.size(), value);
    size_ = static_cast<std::size_t>(result.ptr - data_.data());
  }
  /// The first `digits` of the six digits of `micros`, behind a point; nothing for 0 digits.
  void fraction(unsigned micros, unsigned digits) noexcept {
    if (digits == 0) {
      return;
    }
    put('.');
    for (unsigned unit = 100000; digits > 0; --digits, unit /= 10) {
      put(digit(micros / unit % 10));
    }
  }

  [[nodiscard]] std::string_view view() const noexcept { return {data_.data(), size_}; }
  void append_to(std::string& out) const { out.append(data_.data(), size_); }

 private:
  static constexpr char digit(unsigned value) noexcept { return static_cast<char>('0' + value); }

  std::array<char, 112> data_;
  std::size_t size_ = 0;
};

}  // namespace replikey::value
