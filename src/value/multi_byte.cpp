#include "multi_byte.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "utf8_appender.hpp"
#include <iconv.h>

namespace replikey::value {
namespace {

constexpr char16_t kNothing = u'?';
constexpr std::size_t kRow = 94;           // cells of one row of a 94x94 plane
constexpr std::size_t kFourBytes = 39420;  // GB18030's four-byte places in the BMP

/// Where MySQL's conversion is not the C library's: `count` places from `code` on stand for
/// `unicode` and its successors, or all for '?' (U+FFFD) where that is what it says.
struct Exception {
  std::uint32_t code;
  char16_t unicode;
  std::uint16_t count;
};

constexpr auto kBig5 = std::to_array<Exception>({
    {0xA145, 0x2022, 1},  {0xA14E, 0xFF64, 1},  {0xA15A, 0xFFFD, 1},  {0xA1C2, 0x203E, 1},
    {0xA1C3, 0xFFFD, 1},  {0xA1C5, 0xFFFD, 1},  {0xA1E3, 0x223C, 1},  {0xA1F2, 0x2641, 1},
    {0xA1F3, 0x2609, 1},  {0xA1FE, 0xFFFD, 1},  {0xA240, 0xFFFD, 1},  {0xA241, 0xFF0F, 1},
    {0xA242, 0xFF3C, 1},  {0xA244, 0x00A5, 1},  {0xA246, 0x00A2, 2},  {0xA2CC, 0xFFFD, 1},
    {0xA2CE, 0xFFFD, 1},  {0xA3E1, 0x003F, 1},  {0xC6A1, 0x30FE, 1},  {0xC6A2, 0x309D, 2},
    {0xC6A4, 0x3005, 1},  {0xC6A5, 0x3041, 83}, {0xC6F8, 0x30A1, 7},  {0xC740, 0x30A8, 63},
    {0xC7A1, 0x30E7, 16}, {0xC7B1, 0x0414, 2},  {0xC7B3, 0x0401, 1},  {0xC7B4, 0x0416, 7},
    {0xC7BB, 0x0423, 19}, {0xC7CE, 0x0451, 1},  {0xC7CF, 0x0436, 26}, {0xC7E9, 0x2460, 10},
    {0xC7F3, 0x2474, 10}, {0xC7FD, 0x003F, 2},  {0xC840, 0x003F, 63}, {0xC8A1, 0x003F, 94},
    {0xF9DD, 0x003F, 34},
});

constexpr auto kGb18030 = std::to_array<Exception>({
    {0xA6D9, 0xE78D, 7},
    {0xA6EC, 0xE794, 2},
    {0xA6F3, 0xE796, 1},
    {0xFE51, 0xE816, 3},
    {0xFE59, 0xE81E, 1},
    {0xFE61, 0xE826, 1},
    {0xFE66, 0xE82B, 2},
    {0xFE6C, 0xE831, 2},
    {0xFE76, 0xE83B, 1},
    {0xFE7E, 0xE843, 1},
    {0xFE90, 0xE854, 2},
    {0xFEA0, 0xE864, 1},
});

constexpr auto kSjis = std::to_array<Exception>({{0x815F, u'\\', 1}});
constexpr auto kUjis = std::to_array<Exception>({{0xA1C0, u'\\', 1}});

/// How a charset is built and what it is called in the C library.
struct Plan {
  const char* iconv_name;
  std::span<const Exception> exceptions;
  bool has_kana_bytes = false;    ///< 0xA1 to 0xDF are half-width katakana of one byte.
  bool is_euc = false;            ///< 0x8E and 0x8F lead half-width katakana and a second plane.
  bool has_private_rows = false;  ///< Rows 0xF5 and up are private use: U+E000 and on.
  bool has_four_bytes = false;
};

/// The whole charset, character by character: nothing is converted by the C library later.
struct Table {
  std::vector<char16_t> two;    ///< By lead byte - 0x80 and trail byte.
  std::vector<char16_t> three;  ///< EUC: the plane behind 0x8F.
  std::vector<char16_t> four;   ///< GB18030: by linear place.
  bool is_complete = false;
};

class Converter {
 public:
  explicit Converter(const char* name) noexcept : handle_{iconv_open("UTF-32LE", name)} {}
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() {
    if (is_open()) {
      iconv_close(handle_);
    }
  }

  [[nodiscard]] bool is_open() const noexcept {
    // iconv_open's way to say no. NOLINTNEXTLINE
    return handle_ != reinterpret_cast<iconv_t>(-1);
  }

  /// The one character of the BMP the bytes stand for.
  [[nodiscard]] char16_t convert(std::span<char> bytes) const noexcept {
    std::array<char, 16> result{};
    char* in = bytes.data();
    char* out = result.data();
    std::size_t in_left = bytes.size();
    std::size_t out_left = result.size();
    iconv(handle_, nullptr, nullptr, nullptr, nullptr);
    if (iconv(handle_, &in, &in_left, &out, &out_left) != 0 || in_left != 0 ||
        iconv(handle_, nullptr, nullptr, &out, &out_left) != 0 || out_left != 12) {
      return kNothing;
    }
    const auto at = [&](std::size_t i) {
      return std::uint32_t{static_cast<unsigned char>(result.at(i))} << (8U * i);
    };
    const std::uint32_t code_point = at(0) | at(1) | at(2) | at(3);
    return code_point < 0x10000U ? static_cast<char16_t>(code_point) : kNothing;
  }

 private:
  iconv_t handle_;
};

constexpr char to_char(std::size_t value) noexcept {
  return static_cast<char>(static_cast<unsigned char>(value));
}

std::vector<char16_t> two_byte_table(const Converter& converter, const Plan& plan) {
  std::vector<char16_t> table(std::size_t{128} * 256, kNothing);
  for (std::size_t lead = 0x81; lead <= 0xFE; ++lead) {
    for (std::size_t trail = 0x40; trail <= 0xFE; ++trail) {
      std::array<char, 2> bytes{to_char(lead), to_char(trail)};
      table[(lead - 0x80) * 256 + trail] = converter.convert(bytes);
    }
  }
  if (plan.has_private_rows) {
    for (std::size_t i = 0; i < 10 * kRow; ++i) {
      table[(0x75 + i / kRow) * 256 + 0xA1 + i % kRow] = static_cast<char16_t>(0xE000U + i);
    }
  }
  for (const Exception& exception : plan.exceptions) {
    const bool is_constant = exception.unicode == kNothing || exception.unicode == 0xFFFD;
    for (std::uint16_t i = 0; i < exception.count; ++i) {
      table[exception.code - 0x8000U + i] =
          static_cast<char16_t>(exception.unicode + (is_constant ? 0 : i));
    }
  }
  return table;
}

std::vector<char16_t> three_byte_table(const Converter& converter, const Plan& plan) {
  std::vector<char16_t> table(kRow * kRow, kNothing);
  for (std::size_t i = 0; i < table.size(); ++i) {
    std::array<char, 3> bytes{to_char(0x8F), to_char(0xA1 + i / kRow), to_char(0xA1 + i % kRow)};
    table[i] = converter.convert(bytes);
  }
  if (plan.has_private_rows) {
    for (std::size_t i = 0; i < 10 * kRow; ++i) {
      table[(0xF5 - 0xA1) * kRow + i] = static_cast<char16_t>(0xE3ACU + i);
    }
    table[(0xA2 - 0xA1) * kRow + 0xB7 - 0xA1] = u'~';
  }
  return table;
}

std::vector<char16_t> four_byte_table(const Converter& converter) {
  std::vector<char16_t> table(kFourBytes, kNothing);
  for (std::size_t i = 0; i < table.size(); ++i) {
    std::array<char, 4> bytes{to_char(0x81 + i / 12600), to_char(0x30 + i / 1260 % 10),
                              to_char(0x81 + i / 10 % 126), to_char(0x30 + i % 10)};
    table[i] = converter.convert(bytes);
  }
  // Characters that Unicode got only after the C library's table was drawn.
  constexpr std::size_t kIdeographs = 1 * 12600 + 5 * 1260 + 15 * 10 + 7;    // 82359037
  constexpr std::size_t kVerticalForms = 3 * 12600 + 1 * 1260 + 1 * 10 + 6;  // 84318236
  for (std::size_t i = 0; i < 8; ++i) {
    table[kIdeographs + i] = static_cast<char16_t>(0x9FB4U + i);
  }
  for (std::size_t i = 0; i < 10; ++i) {
    table[kVerticalForms + i] = static_cast<char16_t>(0xFE10U + i);
  }
  return table;
}

Table build(const Plan& plan) {
  Table table;
  const Converter converter{plan.iconv_name};
  if (!converter.is_open()) {
    return table;
  }
  table.two = two_byte_table(converter, plan);
  if (plan.is_euc) {
    table.three = three_byte_table(converter, plan);
  }
  if (plan.has_four_bytes) {
    table.four = four_byte_table(converter);
  }
  table.is_complete = true;
  return table;
}

constexpr unsigned char byte_at(std::string_view text, std::size_t i) noexcept {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

constexpr bool is_between(unsigned value, unsigned low, unsigned high) noexcept {
  return value >= low && value <= high;
}

struct Character {
  std::uint32_t code_point = kNothing;
  std::size_t length = 1;
};

Character four_bytes(std::string_view text, const Table& table) noexcept {
  const std::size_t place = (byte_at(text, 0) - 0x81U) * 12600U +
                            (byte_at(text, 1) - 0x30U) * 1260U + (byte_at(text, 2) - 0x81U) * 10U +
                            (byte_at(text, 3) - 0x30U);
  constexpr std::size_t kSupplementary = 189000;
  if (!is_between(byte_at(text, 2), 0x81, 0xFE) || !is_between(byte_at(text, 3), 0x30, 0x39)) {
    return {};
  }
  if (place < table.four.size()) {
    return {table.four[place], 4};
  }
  if (place >= kSupplementary && place < kSupplementary + 0x100000U) {
    return {static_cast<std::uint32_t>(0x10000U + place - kSupplementary), 4};
  }
  return {kNothing, 4};
}

/// The character `text` (not empty, no ASCII) starts with.
Character next(std::string_view text, const Table& table, const Plan& plan) noexcept {
  const unsigned char lead = byte_at(text, 0);
  const unsigned char trail = byte_at(text, 1);
  if (plan.has_kana_bytes && is_between(lead, 0xA1, 0xDF)) {
    return {0xFF61U + lead - 0xA1U, 1};
  }
  if (text.size() < 2) {
    return {};
  }
  if (plan.is_euc && lead == 0x8E) {
    return {is_between(trail, 0xA1, 0xDF) ? 0xFF61U + trail - 0xA1U : kNothing, 2};
  }
  if (plan.is_euc && lead == 0x8F) {
    const unsigned char third = byte_at(text, 2);
    if (!is_between(trail, 0xA1, 0xFE) || !is_between(third, 0xA1, 0xFE)) {
      return {};
    }
    return {table.three[(trail - 0xA1U) * kRow + third - 0xA1U], 3};
  }
  if (plan.has_four_bytes && is_between(lead, 0x81, 0xFE) && is_between(trail, 0x30, 0x39)) {
    return four_bytes(text, table);
  }
  if (trail < 0x40) {
    return {};  // no trail byte: it stands for itself
  }
  return {table.two[(lead - 0x80U) * 256U + trail], 2};
}

void append(std::string& out, std::string_view text, const Table& table, const Plan& plan) {
  Utf8Appender appender{out};
  while (!text.empty()) {
    if (byte_at(text, 0) < 0x80) {
      appender.put(byte_at(text, 0));
      text.remove_prefix(1);
      continue;
    }
    const Character character = next(text, table, plan);
    appender.put(character.code_point);
    text.remove_prefix(std::min(character.length, text.size()));
  }
}

template <Charset C>
bool append_as(std::string& out, std::string_view text, const Plan& plan) {
  static const Table table = build(plan);
  if (table.is_complete) {
    append(out, text, table, plan);
  }
  return table.is_complete;
}

}  // namespace

bool append_multi_byte(std::string& out, std::string_view text, Charset charset) {
  // clang-format off
  switch (charset) {
    case Charset::Big5:
      return append_as<Charset::Big5>(out, text, {.iconv_name = "BIG5", .exceptions = kBig5});
    case Charset::Cp932:
      return append_as<Charset::Cp932>(out, text, {.iconv_name = "CP932", .exceptions = {}, .has_kana_bytes = true});
    case Charset::Eucjpms:
      return append_as<Charset::Eucjpms>(out, text, {.iconv_name = "EUC-JP-MS", .exceptions = {}, .is_euc = true});
    case Charset::Euckr:
      return append_as<Charset::Euckr>(out, text, {.iconv_name = "UHC", .exceptions = {}});
    case Charset::Gb18030:
      return append_as<Charset::Gb18030>(out, text, {.iconv_name = "GB18030", .exceptions = kGb18030, .has_four_bytes = true});
    case Charset::Gb2312:
      return append_as<Charset::Gb2312>(out, text, {.iconv_name = "EUC-CN", .exceptions = {}});
    case Charset::Gbk:
      return append_as<Charset::Gbk>(out, text, {.iconv_name = "GBK", .exceptions = {}});
    case Charset::Sjis:
      return append_as<Charset::Sjis>(out, text, {.iconv_name = "SJIS", .exceptions = kSjis, .has_kana_bytes = true});
    case Charset::Ujis:
      return append_as<Charset::Ujis>(out, text, {.iconv_name = "EUC-JP", .exceptions = kUjis, .is_euc = true, .has_private_rows = true});
    default: return false;
  }
  // clang-format on
}

}  // namespace replikey::value
