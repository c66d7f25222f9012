#include "base64.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace replikey::value {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The four characters of up to three bytes.
std::array<char, 4> quartet(std::span<const std::byte> bytes) noexcept {
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    group = (group << 8U) | (i < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i]) : 0U);
  }
  return {kAlphabet[group >> 18U], kAlphabet[(group >> 12U) & 0x3FU],
          bytes.size() > 1 ? kAlphabet[(group >> 6U) & 0x3FU] : '=',
          bytes.size() > 2 ? kAlphabet[group & 0x3FU] : '='};
}

}  // namespace

void append_base64(std::string& out, std::span<const std::byte> bytes, std::size_t line,
                   std::string_view line_end) {
  constexpr std::size_t kQuartets = 64;
  std::array<char, kQuartets * 4> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  std::size_t used = 0;
  std::size_t in_line = 0;
  const auto flush = [&] {
    out.append(buffer.data(), used);
    used = 0;
  };
  while (!bytes.empty()) {
    const auto group = bytes.first(std::min<std::size_t>(3, bytes.size()));
    bytes = bytes.subspan(group.size());
    for (const char c : quartet(group)) {
      buffer[used++] = c;
    }
    in_line += 4;
    if (used == buffer.size()) {
      flush();
    }
    if (in_line == line && !bytes.empty()) {
      flush();
      out.append(line_end);
      in_line = 0;
    }
  }
  flush();
}

}  // namespace replikey::value
