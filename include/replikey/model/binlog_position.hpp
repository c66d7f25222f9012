#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "replikey/base/result.hpp"

namespace replikey {

/// A place in the binary log: the first byte not yet applied. An empty file name stands before
/// every other position (a start by GTID has no file yet).
struct BinlogPosition {
  std::string file;
  std::uint64_t offset = 4;

  friend bool operator==(const BinlogPosition&, const BinlogPosition&) = default;
};

/// The number at the end of a binlog's name ("binlog.000012" is 12); 0 when there is none.
[[nodiscard]] std::uint64_t file_number(std::string_view file) noexcept;

/// A binlog's name without its number ("binlog.000012" is "binlog").
[[nodiscard]] std::string_view file_base(std::string_view file) noexcept;

/// By file number, then offset; never by text: binlog.1000000 comes after binlog.999999.
/// Meaningful only between positions of one server.
[[nodiscard]] std::strong_ordering compare(const BinlogPosition& a,
                                           const BinlogPosition& b) noexcept;

/// "binlog.000012:1234".
[[nodiscard]] std::string to_string(const BinlogPosition& position);
[[nodiscard]] Result<BinlogPosition> parse_binlog_position(std::string_view text);

}  // namespace replikey
