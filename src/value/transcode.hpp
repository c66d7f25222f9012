#pragma once

#include <string>
#include <string_view>

#include "collations.hpp"
#include "fault.hpp"
#include "utf8.hpp"

namespace replikey::value {

/// Whether the bytes of `text` in `charset` are its UTF-8 already.
[[nodiscard]] inline bool is_utf8_as_it_stands(std::string_view text, Charset charset) noexcept {
  switch (charset) {
    case Charset::Binary:
    case Charset::Utf8mb4:
    case Charset::Utf8mb3:
    case Charset::Ascii: return true;
    case Charset::Unknown:
    case Charset::Swe7:
    case Charset::Ucs2:
    case Charset::Utf16:
    case Charset::Utf16le:
    case Charset::Utf32: return false;
    default: return is_ascii(text);
  }
}

/// Appends as UTF-8. Fault::Collation for Unknown, Fault::Charset without a converter.
[[nodiscard]] Fault transcode(std::string& out, std::string_view text, Charset charset);

}  // namespace replikey::value
