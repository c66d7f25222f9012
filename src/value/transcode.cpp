#include "transcode.hpp"

#include <bit>

#include "multi_byte.hpp"
#include "single_byte.hpp"
#include "utf8_appender.hpp"

#include "replikey/base/byte_cursor.hpp"
#include "replikey/value/charset.hpp"

namespace replikey::value {
namespace {

constexpr bool is_surrogate(std::uint32_t unit) noexcept {
  return (unit & 0xFFFFF800U) == 0xD800U;
}
constexpr bool is_first_half(std::uint32_t unit) noexcept {
  return (unit & 0xFFFFFC00U) == 0xD800U;
}
constexpr bool is_second_half(std::uint32_t unit) noexcept {
  return (unit & 0xFFFFFC00U) == 0xDC00U;
}

std::uint32_t unit_at(std::string_view text, std::size_t at, std::endian order) noexcept {
  const auto first = static_cast<std::uint32_t>(static_cast<unsigned char>(text[at]));
  const auto second = static_cast<std::uint32_t>(static_cast<unsigned char>(text[at + 1]));
  return order == std::endian::big ? (first << 8U) | second : (second << 8U) | first;
}

/// UCS-2 and UTF-16; half a pair is '?'.
void append_units_of_two(std::string& out, std::string_view text, std::endian order) {
  Utf8Appender appender{out};
  for (std::size_t at = 0; at + 2 <= text.size(); at += 2) {
    std::uint32_t code_point = unit_at(text, at, order);
    if (is_surrogate(code_point)) {
      const std::uint32_t second = at + 4 <= text.size() ? unit_at(text, at + 2, order) : 0U;
      if (is_first_half(code_point) && is_second_half(second)) {
        code_point = 0x10000U + ((code_point & 0x3FFU) << 10U) + (second & 0x3FFU);
        at += 2;
      } else {
        code_point = U'?';
      }
    }
    appender.put(code_point);
  }
}

void append_units_of_four(std::string& out, std::string_view text) {
  Utf8Appender appender{out};
  for (std::size_t at = 0; at + 4 <= text.size(); at += 4) {
    const std::uint32_t code_point =
        (unit_at(text, at, std::endian::big) << 16U) | unit_at(text, at + 2, std::endian::big);
    appender.put(code_point > 0x10FFFFU || is_surrogate(code_point) ? U'?' : code_point);
  }
}

}  // namespace

Fault transcode(std::string& out, std::string_view text, Charset charset) {
  switch (charset) {
    case Charset::Unknown: return Fault::Collation;
    case Charset::Binary:
    case Charset::Utf8mb4:
    case Charset::Utf8mb3:
    case Charset::Ascii: out.append(text); return Fault::None;
    case Charset::Ucs2:
    case Charset::Utf16: append_units_of_two(out, text, std::endian::big); return Fault::None;
    case Charset::Utf16le: append_units_of_two(out, text, std::endian::little); return Fault::None;
    case Charset::Utf32: append_units_of_four(out, text); return Fault::None;
    case Charset::Big5:
    case Charset::Cp932:
    case Charset::Eucjpms:
    case Charset::Euckr:
    case Charset::Gb18030:
    case Charset::Gb2312:
    case Charset::Gbk:
    case Charset::Sjis:
    case Charset::Ujis: return append_multi_byte(out, text, charset) ? Fault::None : Fault::Charset;
    default: append_single_byte(out, text, charset); return Fault::None;
  }
}

Status append_utf8(std::string& out, std::span<const std::byte> text, std::uint16_t collation) {
  switch (transcode(out, as_text(text), charset_of(collation))) {
    case Fault::None: return ok();
    case Fault::Charset:
      return Error{ErrorCode::Unsupported, "the C library cannot convert character set " +
                                               std::string{charset_name(collation)} +
                                               "; are its gconv modules installed?"};
    default:
      return Error{ErrorCode::Unsupported,
                   "collation " + std::to_string(collation) + " is not known"};
  }
}

}  // namespace replikey::value
