#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace replikey::value {

/// Bytes of the valid UTF-8 character at `p`, 0 when there is none (also for surrogates, overlong
/// forms and what is beyond U+10FFFF).
[[nodiscard]] inline std::size_t utf8_length(const char* p, const char* end) noexcept {
  const auto at = [p](std::size_t i) { return static_cast<unsigned char>(p[i]); };
  const auto is_tail = [&](std::size_t i) { return (at(i) & 0xC0U) == 0x80U; };
  const auto left = static_cast<std::size_t>(end - p);
  const unsigned char lead = at(0);
  if (lead < 0x80U) {
    return 1;
  }
  if (lead < 0xC2U || left < 2) {
    return 0;
  }
  if (lead < 0xE0U) {
    return is_tail(1) ? 2 : 0;
  }
  if (lead < 0xF0U) {
    if (left < 3 || !is_tail(1) || !is_tail(2) || (lead == 0xE0U && at(1) < 0xA0U) ||
        (lead == 0xEDU && at(1) >= 0xA0U)) {
      return 0;
    }
    return 3;
  }
  if (lead > 0xF4U || left < 4 || !is_tail(1) || !is_tail(2) || !is_tail(3) ||
      (lead == 0xF0U && at(1) < 0x90U) || (lead == 0xF4U && at(1) >= 0x90U)) {
    return 0;
  }
  return 4;
}

[[nodiscard]] inline std::uint64_t load_eight(const char* p) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, p, sizeof word);
  return word;
}

inline constexpr std::uint64_t kHighBits = 0x8080808080808080U;

[[nodiscard]] inline bool is_ascii(std::string_view text) noexcept {
  const char* p = text.data();
  const char* const end = p + text.size();
  std::uint64_t seen = 0;
  for (; end - p >= 8; p += 8) {
    seen |= load_eight(p);
  }
  for (; p != end; ++p) {
    seen |= static_cast<unsigned char>(*p);
  }
  return (seen & kHighBits) == 0;
}

[[nodiscard]] inline bool is_utf8(std::string_view text) noexcept {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p != end) {
    if (end - p >= 8 && (load_eight(p) & kHighBits) == 0) {
      p += 8;
      continue;
    }
    const std::size_t length = utf8_length(p, end);
    if (length == 0) {
      return false;
    }
    p += length;
  }
  return true;
}

}  // namespace replikey::value
