#include "collations.hpp"

#include <algorithm>
#include <array>

#include "replikey/value/charset.hpp"

namespace replikey::value {
namespace {

struct Range {
  std::uint16_t first;
  std::uint16_t last;
  Charset charset;
};

// What information_schema.COLLATIONS of MySQL 9.7 and MariaDB 10.11 list; they never disagree.
// MariaDB's NOPAD collations are these plus 1024, its UCA 14.0.0 ones stand in blocks of 256.
constexpr auto kRanges = std::to_array<Range>({
    {1, 1, Charset::Big5},        {2, 2, Charset::Latin2},      {3, 3, Charset::Dec8},
    {4, 4, Charset::Cp850},       {5, 5, Charset::Latin1},      {6, 6, Charset::Hp8},
    {7, 7, Charset::Koi8r},       {8, 8, Charset::Latin1},      {9, 9, Charset::Latin2},
    {10, 10, Charset::Swe7},      {11, 11, Charset::Ascii},     {12, 12, Charset::Ujis},
    {13, 13, Charset::Sjis},      {14, 14, Charset::Cp1251},    {15, 15, Charset::Latin1},
    {16, 16, Charset::Hebrew},    {18, 18, Charset::Tis620},    {19, 19, Charset::Euckr},
    {20, 20, Charset::Latin7},    {21, 21, Charset::Latin2},    {22, 22, Charset::Koi8u},
    {23, 23, Charset::Cp1251},    {24, 24, Charset::Gb2312},    {25, 25, Charset::Greek},
    {26, 26, Charset::Cp1250},    {27, 27, Charset::Latin2},    {28, 28, Charset::Gbk},
    {29, 29, Charset::Cp1257},    {30, 30, Charset::Latin5},    {31, 31, Charset::Latin1},
    {32, 32, Charset::Armscii8},  {33, 33, Charset::Utf8mb3},   {34, 34, Charset::Cp1250},
    {35, 35, Charset::Ucs2},      {36, 36, Charset::Cp866},     {37, 37, Charset::Keybcs2},
    {38, 38, Charset::Macce},     {39, 39, Charset::Macroman},  {40, 40, Charset::Cp852},
    {41, 42, Charset::Latin7},    {43, 43, Charset::Macce},     {44, 44, Charset::Cp1250},
    {45, 46, Charset::Utf8mb4},   {47, 49, Charset::Latin1},    {50, 52, Charset::Cp1251},
    {53, 53, Charset::Macroman},  {54, 55, Charset::Utf16},     {56, 56, Charset::Utf16le},
    {57, 57, Charset::Cp1256},    {58, 59, Charset::Cp1257},    {60, 61, Charset::Utf32},
    {62, 62, Charset::Utf16le},   {63, 63, Charset::Binary},    {64, 64, Charset::Armscii8},
    {65, 65, Charset::Ascii},     {66, 66, Charset::Cp1250},    {67, 67, Charset::Cp1256},
    {68, 68, Charset::Cp866},     {69, 69, Charset::Dec8},      {70, 70, Charset::Greek},
    {71, 71, Charset::Hebrew},    {72, 72, Charset::Hp8},       {73, 73, Charset::Keybcs2},
    {74, 74, Charset::Koi8r},     {75, 75, Charset::Koi8u},     {76, 76, Charset::Utf8mb3},
    {77, 77, Charset::Latin2},    {78, 78, Charset::Latin5},    {79, 79, Charset::Latin7},
    {80, 80, Charset::Cp850},     {81, 81, Charset::Cp852},     {82, 82, Charset::Swe7},
    {83, 83, Charset::Utf8mb3},   {84, 84, Charset::Big5},      {85, 85, Charset::Euckr},
    {86, 86, Charset::Gb2312},    {87, 87, Charset::Gbk},       {88, 88, Charset::Sjis},
    {89, 89, Charset::Tis620},    {90, 90, Charset::Ucs2},      {91, 91, Charset::Ujis},
    {92, 93, Charset::Geostd8},   {94, 94, Charset::Latin1},    {95, 96, Charset::Cp932},
    {97, 98, Charset::Eucjpms},   {99, 99, Charset::Cp1250},    {101, 124, Charset::Utf16},
    {128, 151, Charset::Ucs2},    {159, 159, Charset::Ucs2},    {160, 183, Charset::Utf32},
    {192, 215, Charset::Utf8mb3}, {223, 223, Charset::Utf8mb3}, {224, 247, Charset::Utf8mb4},
    {248, 250, Charset::Gb18030}, {255, 271, Charset::Utf8mb4}, {273, 275, Charset::Utf8mb4},
    {277, 294, Charset::Utf8mb4}, {296, 298, Charset::Utf8mb4}, {300, 300, Charset::Utf8mb4},
    {303, 323, Charset::Utf8mb4}, {576, 578, Charset::Utf8mb3}, {608, 610, Charset::Utf8mb4},
    {640, 642, Charset::Ucs2},    {672, 674, Charset::Utf16},   {736, 738, Charset::Utf32},
});

constexpr std::uint16_t kNopad = 1024;
constexpr std::uint16_t kUca1400 = 2048;
constexpr std::array kUca1400Charsets{Charset::Utf8mb3, Charset::Utf8mb4, Charset::Ucs2,
                                      Charset::Utf16, Charset::Utf32};

constexpr auto kByCollation = [] {
  std::array<Charset, kNopad> table{};
  for (const Range& range : kRanges) {
    for (std::size_t id = range.first; id <= range.last; ++id) {
      table.at(id) = range.charset;
    }
  }
  return table;
}();

constexpr std::array<std::string_view, 42> kNames{
    "",        "binary", "utf8mb4", "utf8mb3", "ascii",   "armscii8", "cp1250",
    "cp1251",  "cp1256", "cp1257",  "cp850",   "cp852",   "cp866",    "dec8",
    "geostd8", "greek",  "hebrew",  "hp8",     "keybcs2", "koi8r",    "koi8u",
    "latin1",  "latin2", "latin5",  "latin7",  "macce",   "macroman", "swe7",
    "tis620",  "big5",   "cp932",   "eucjpms", "euckr",   "gb18030",  "gb2312",
    "gbk",     "sjis",   "ujis",    "ucs2",    "utf16",   "utf16le",  "utf32"};

}  // namespace

Charset charset_of(std::uint16_t collation) noexcept {
  if (collation < kNopad) {
    return kByCollation.at(collation);
  }
  if (collation < kUca1400) {
    return kByCollation.at(collation - kNopad);
  }
  const std::size_t block = (collation - kUca1400) / 256U;
  return block < kUca1400Charsets.size() ? kUca1400Charsets.at(block) : Charset::Unknown;
}

std::string_view to_string(Charset charset) noexcept {
  return kNames.at(static_cast<std::size_t>(charset));
}

std::string_view charset_name(std::uint16_t collation) noexcept {
  return to_string(charset_of(collation));
}

}  // namespace replikey::value
