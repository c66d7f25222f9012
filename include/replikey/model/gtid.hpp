#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "replikey/base/result.hpp"

namespace replikey {

/// A MySQL transaction's group of origin: server uuid and optional tag (9.x).
struct GtidOrigin {
  std::array<std::byte, 16> uuid{};
  /// At most 32 characters of [a-z0-9_], zero-terminated; empty when untagged.
  std::array<char, 33> tag{};

  // clang-tidy 14 takes the 0 of its own comparison for a null.
  // NOLINTNEXTLINE(modernize-use-nullptr)
  friend auto operator<=>(const GtidOrigin&, const GtidOrigin&) = default;
};

/// One transaction's global id. A plain value, small enough to travel through a ring.
struct Gtid {
  enum class Kind : std::uint8_t { None, MySql, MariaDb };

  Kind kind = Kind::None;    ///< None: the server wrote the transaction without an id.
  GtidOrigin origin;         ///< MySql only.
  std::uint32_t domain = 0;  ///< MariaDb only.
  std::uint32_t server = 0;  ///< MariaDb only.
  std::uint64_t sequence = 0;

  friend bool operator==(const Gtid&, const Gtid&) = default;
};

/// "uuid:7", "uuid:tag:7" or "0-1-7"; nothing for Kind::None. Allocates only what `out` needs.
void append_to(std::string& out, const Gtid& gtid);
[[nodiscard]] std::string to_string(const Gtid& gtid);
[[nodiscard]] Result<Gtid> parse_gtid(std::string_view text);

/// Lower-case with dashes, as the servers print it.
void append_to(std::string& out, const std::array<std::byte, 16>& uuid);
[[nodiscard]] std::string to_string(const std::array<std::byte, 16>& uuid);
[[nodiscard]] Result<std::array<std::byte, 16>> parse_uuid(std::string_view text);

}  // namespace replikey
