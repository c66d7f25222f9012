#include <array>
#include <bit>

#include "utf8.hpp"

#include "replikey/value/cell_text.hpp"

namespace replikey::value {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101U;

/// High bit set in every byte that JSON does not take as it is: control characters, quote,
/// backslash; and in those that are not ASCII. A byte after a marked one may be marked falsely.
constexpr std::uint64_t marked(std::uint64_t word) noexcept {
  const std::uint64_t quote = word ^ (kOnes * static_cast<unsigned char>('"'));
  const std::uint64_t backslash = word ^ (kOnes * static_cast<unsigned char>('\\'));
  return ((word - kOnes * 0x20U) | (quote - kOnes) | (backslash - kOnes) | word) & kHighBits;
}

constexpr bool is_plain(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20U && byte < 0x80U && c != '"' && c != '\\';
}

const char* skip_plain(const char* p, const char* end) noexcept {
  while (end - p >= 8) {
    const std::uint64_t marks = marked(load_eight(p));
    if (marks != 0) {
      if constexpr (std::endian::native == std::endian::little) {
        p += std::countr_zero(marks) / 8;  // the lowest mark is never false
      } else {
        while (is_plain(*p)) {
          ++p;
        }
      }
      return p;
    }
    p += 8;
  }
  while (p != end && is_plain(*p)) {
    ++p;
  }
  return p;
}

void append_escape(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"': out.append("\\\"", 2); return;
    case '\\': out.append("\\\\", 2); return;
    case '\b': out.append("\\b", 2); return;
    case '\f': out.append("\\f", 2); return;
    case '\n': out.append("\\n", 2); return;
    case '\r': out.append("\\r", 2); return;
    case '\t': out.append("\\t", 2); return;
    default: break;
  }
  const auto byte = static_cast<unsigned char>(c);
  const std::array<char, 6> escape{'\\', 'u', '0', '0', kHex[byte >> 4U], kHex[byte & 0xFU]};
  out.append(escape.data(), escape.size());
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  const char* p = text.data();
  const char* const end = p + text.size();
  const char* run = p;  // what is copied as it is starts here
  while ((p = skip_plain(p, end)) != end) {
    const std::size_t length = utf8_length(p, end);
    if (length > 1) {
      p += length;
      continue;
    }
    out.append(run, static_cast<std::size_t>(p - run));
    if (length == 1) {
      append_escape(out, *p);
    } else {
      out.append("\xEF\xBF\xBD", 3);  // U+FFFD
    }
    run = ++p;
  }
  out.append(run, static_cast<std::size_t>(end - run));
  out.push_back('"');
}

}  // namespace replikey::value
