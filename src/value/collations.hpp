#pragma once

#include <cstdint>
#include <string_view>

namespace replikey::value {

enum class Charset : std::uint8_t {
  Unknown,
  Binary,
  Utf8mb4,
  Utf8mb3,
  Ascii,
  // One byte each.
  Armscii8,
  Cp1250,
  Cp1251,
  Cp1256,
  Cp1257,
  Cp850,
  Cp852,
  Cp866,
  Dec8,
  Geostd8,
  Greek,
  Hebrew,
  Hp8,
  Keybcs2,
  Koi8r,
  Koi8u,
  Latin1,
  Latin2,
  Latin5,
  Latin7,
  Macce,
  Macroman,
  Swe7,
  Tis620,
  // One to four bytes, ASCII below 0x80.
  Big5,
  Cp932,
  Eucjpms,
  Euckr,
  Gb18030,
  Gb2312,
  Gbk,
  Sjis,
  Ujis,
  // Code units of two or four bytes.
  Ucs2,
  Utf16,
  Utf16le,
  Utf32,
};

[[nodiscard]] Charset charset_of(std::uint16_t collation) noexcept;
[[nodiscard]] std::string_view to_string(Charset charset) noexcept;

}  // namespace replikey::value
