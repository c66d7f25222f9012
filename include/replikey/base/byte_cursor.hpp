#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace replikey {

/// Forward-only reader over bytes it does not own. Every read is bounds-checked and leaves the
/// cursor where it was on failure. Thread: any one at a time.
class ByteCursor {
 public:
  explicit ByteCursor(std::span<const std::byte> bytes) noexcept : rest_{bytes} {}

  [[nodiscard]] std::size_t remaining() const noexcept { return rest_.size(); }
  [[nodiscard]] std::span<const std::byte> rest() const noexcept { return rest_; }

  /// Little-endian unsigned integer of `Width` bytes (MySQL fixed-length integer).
  template <std::unsigned_integral T, std::size_t Width = sizeof(T)>
  requires(Width <= sizeof(T)) [[nodiscard]] std::optional<T> read_le() noexcept {
    if (rest_.size() < Width) {
      return std::nullopt;
    }
    std::uint64_t value = 0;
    static_assert(std::endian::native == std::endian::little,
                  "replikey is built for x86-64 and arm64");
    std::memcpy(&value, rest_.data(), Width);
    rest_ = rest_.subspan(Width);
    return static_cast<T>(value);
  }

  /// Length-encoded integer; 0xFB (NULL) and 0xFF are refused.
  /// https://github.com/mysql/mysql-server/blob/mysql-8.4.0/mysys/pack.cc net_field_length_ll
  [[nodiscard]] std::optional<std::uint64_t> read_lenenc() noexcept {
    const ByteCursor before = *this;
    const auto first = read_le<std::uint8_t>();
    if (!first) {
      return std::nullopt;
    }
    std::optional<std::uint64_t> value;
    if (*first < 0xFB) {
      return *first;
    }
    if (*first == 0xFC) {
      value = read_le<std::uint64_t, 2>();
    } else if (*first == 0xFD) {
      value = read_le<std::uint64_t, 3>();
    } else if (*first == 0xFE) {
      value = read_le<std::uint64_t, 8>();
    }
    if (!value) {
      *this = before;
    }
    return value;
  }

  [[nodiscard]] std::optional<std::span<const std::byte>> read_bytes(std::uint64_t count) noexcept {
    if (rest_.size() < count) {
      return std::nullopt;
    }
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  [[nodiscard]] bool skip(std::uint64_t count) noexcept { return read_bytes(count).has_value(); }

 private:
  std::span<const std::byte> rest_;
};

/// The same bytes as text; nothing is copied.
[[nodiscard]] inline std::string_view as_text(std::span<const std::byte> bytes) noexcept {
  // char may alias any object. NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The same text as bytes; nothing is copied.
[[nodiscard]] inline std::span<const std::byte> as_bytes(std::string_view text) noexcept {
  return std::as_bytes(std::span{text.data(), text.size()});
}

}  // namespace replikey
