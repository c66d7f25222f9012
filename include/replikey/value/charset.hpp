#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "replikey/base/result.hpp"

namespace replikey::value {

/// The character set a collation id belongs to, by the name MySQL 9 and MariaDB 11 give it
/// ("utf8mb4", "binary", …), or empty for an id neither server knows. Thread: any.
[[nodiscard]] std::string_view charset_name(std::uint16_t collation) noexcept;

/// Appends text of a collation's character set as UTF-8, byte for byte as the server converts it:
/// what has no Unicode counterpart becomes '?'. Text that is UTF-8 already passes through
/// unchecked. Fails with Unsupported for a collation nobody knows. Thread: any.
[[nodiscard]] Status append_utf8(std::string& out, std::span<const std::byte> text,
                                 std::uint16_t collation);

}  // namespace replikey::value
