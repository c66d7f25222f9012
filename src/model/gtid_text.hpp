#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "replikey/model/gtid.hpp"

namespace replikey {

/// The largest sequence number MySQL gives out.
/// https://github.com/mysql/mysql-server/blob/mysql-9.1.0/sql/rpl_gtid.h GNO_END
inline constexpr std::uint64_t kMaxSequence = 0x7FFFFFFFFFFFFFFE;

void append_number(std::string& out, std::uint64_t number);
/// "domain-server-sequence".
void append_maria_gtid(std::string& out, std::uint32_t domain, std::uint32_t server,
                       std::uint64_t sequence);

/// Decimal digits and nothing else.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text) noexcept;
/// A GTID's tag, lowered as the server does.
[[nodiscard]] std::optional<std::array<char, 33>> parse_tag(std::string_view text) noexcept;
/// "domain-server-sequence".
[[nodiscard]] std::optional<Gtid> parse_maria_gtid(std::string_view text) noexcept;

}  // namespace replikey
