#include "json_binary.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "base64.hpp"
#include "decimal.hpp"
#include "small_text.hpp"
#include "temporal.hpp"

#include "replikey/base/byte_cursor.hpp"
#include "replikey/model/column.hpp"
#include "replikey/value/cell_text.hpp"

namespace replikey::value {
namespace {

using Bytes = std::span<const std::byte>;

// https://github.com/mysql/mysql-server/blob/mysql-9.1.0/sql-common/json_binary.h
enum class Tag : std::uint8_t {
  SmallObject = 0,
  LargeObject = 1,
  SmallArray = 2,
  LargeArray = 3,
  Literal = 4,
  Int16 = 5,
  Uint16 = 6,
  Int32 = 7,
  Uint32 = 8,
  Int64 = 9,
  Uint64 = 10,
  Double = 11,
  String = 12,
  Opaque = 15,
};

constexpr unsigned kMaxDepth = 100;
constexpr std::size_t kBase64Line = 76;  // the server's base64 breaks lines, also inside JSON

/// A length as seven bits a byte, lowest first.
std::optional<std::size_t> read_length(ByteCursor& cursor) noexcept {
  constexpr unsigned kMaxBytes = 5;
  std::uint64_t length = 0;
  for (unsigned i = 0; i < kMaxBytes; ++i) {
    const auto byte = cursor.read_le<std::uint8_t>();
    if (!byte) {
      return std::nullopt;
    }
    length |= std::uint64_t{*byte & 0x7FU} << (7U * i);
    if ((*byte & 0x80U) == 0) {
      return length;
    }
  }
  return std::nullopt;
}

template <typename T>
void append_number(std::string& out, T value) {
  SmallText text;
  text.number(value);
  text.append_to(out);
}

/// Small containers count and point with two bytes, large ones with four.
struct Container {
  Bytes bytes;  ///< From its count field on; offsets are from here.
  std::size_t word = 2;
  std::size_t count = 0;
  bool is_object = false;

  [[nodiscard]] std::size_t read_word(std::size_t at) const noexcept {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data() + at, word);
    return value;
  }
  [[nodiscard]] std::size_t keys_at() const noexcept { return 2 * word; }
  [[nodiscard]] std::size_t key_entry() const noexcept { return is_object ? word + 2 : 0; }
  [[nodiscard]] std::size_t values_at() const noexcept { return keys_at() + count * key_entry(); }
  [[nodiscard]] std::size_t value_entry() const noexcept { return 1 + word; }
  [[nodiscard]] std::size_t header() const noexcept { return values_at() + count * value_entry(); }
};

class Printer {
 public:
  Printer(std::string& out, std::size_t size) noexcept : out_{out}, budget_{size} {}

  bool value(Tag tag, Bytes bytes, unsigned depth);

 private:
  bool container(Bytes bytes, Tag tag, unsigned depth);
  bool key(const Container& container, std::size_t i);
  bool element(const Container& container, std::size_t i, unsigned depth);
  bool literal(Bytes bytes);
  bool string(Bytes bytes);
  bool opaque(Bytes bytes);
  bool opaque_decimal(Bytes data);
  bool opaque_temporal(ColumnType type, Bytes data);

  template <typename T>
  bool number(Bytes bytes) {
    if (bytes.size() < sizeof(T)) {
      return false;
    }
    T result{};
    std::memcpy(&result, bytes.data(), sizeof result);
    append_number(out_, result);
    return true;
  }

  /// Every entry and every string of a document has bytes of its own. Places used twice would
  /// let a small document print without end.
  bool spend(std::size_t bytes) noexcept {
    if (bytes > budget_) {
      return false;
    }
    budget_ -= bytes;
    return true;
  }

  std::string& out_;
  std::size_t budget_;
};

bool Printer::value(Tag tag, Bytes bytes, unsigned depth) {
  switch (tag) {
    case Tag::SmallObject:
    case Tag::LargeObject:
    case Tag::SmallArray:
    case Tag::LargeArray: return container(bytes, tag, depth + 1);
    case Tag::Literal: return literal(bytes);
    case Tag::Int16: return number<std::int16_t>(bytes);
    case Tag::Uint16: return number<std::uint16_t>(bytes);
    case Tag::Int32: return number<std::int32_t>(bytes);
    case Tag::Uint32: return number<std::uint32_t>(bytes);
    case Tag::Int64: return number<std::int64_t>(bytes);
    case Tag::Uint64: return number<std::uint64_t>(bytes);
    case Tag::Double: {
      double result = 0;
      if (bytes.size() < sizeof result) {
        return false;
      }
      std::memcpy(&result, bytes.data(), sizeof result);
      append_json_double(out_, result);
      return std::isfinite(result);
    }
    case Tag::String: return string(bytes);
    case Tag::Opaque: return opaque(bytes);
  }
  return false;
}

bool Printer::container(Bytes bytes, Tag tag, unsigned depth) {
  const bool is_large = tag == Tag::LargeObject || tag == Tag::LargeArray;
  Container self{.bytes = bytes,
                 .word = is_large ? 4U : 2U,
                 .is_object = tag == Tag::SmallObject || tag == Tag::LargeObject};
  if (depth > kMaxDepth || bytes.size() < self.keys_at()) {
    return false;
  }
  self.count = self.read_word(0);
  const std::size_t size = self.read_word(self.word);
  if (size > bytes.size() || self.header() > size || !spend(self.header())) {
    return false;
  }
  self.bytes = bytes.first(size);
  out_.push_back(self.is_object ? '{' : '[');
  for (std::size_t i = 0; i < self.count; ++i) {
    if (i != 0) {
      out_.append(", ", 2);
    }
    if ((self.is_object && !key(self, i)) || !element(self, i, depth)) {
      return false;
    }
  }
  out_.push_back(self.is_object ? '}' : ']');
  return true;
}

bool Printer::key(const Container& container, std::size_t i) {
  const std::size_t entry = container.keys_at() + i * container.key_entry();
  const std::size_t offset = container.read_word(entry);
  std::uint16_t length = 0;
  std::memcpy(&length, container.bytes.data() + entry + container.word, sizeof length);
  if (offset < container.header() || offset + length > container.bytes.size() || !spend(length)) {
    return false;
  }
  append_json_string(out_, as_text(container.bytes.subspan(offset, length)));
  out_.append(": ", 2);
  return true;
}

bool Printer::element(const Container& container, std::size_t i, unsigned depth) {
  const std::size_t entry = container.values_at() + i * container.value_entry();
  const auto tag = static_cast<Tag>(container.bytes[entry]);
  const bool is_inline = tag == Tag::Literal || tag == Tag::Int16 || tag == Tag::Uint16 ||
                         (container.word == 4 && (tag == Tag::Int32 || tag == Tag::Uint32));
  if (is_inline) {
    return value(tag, container.bytes.subspan(entry + 1, container.word), depth);
  }
  const std::size_t offset = container.read_word(entry + 1);
  if (offset < container.header() || offset > container.bytes.size()) {
    return false;  // also what points back, at itself or at what holds it
  }
  return value(tag, container.bytes.subspan(offset), depth);
}

bool Printer::literal(Bytes bytes) {
  if (bytes.empty()) {
    return false;
  }
  switch (std::to_integer<unsigned>(bytes.front())) {
    case 0: out_.append("null", 4); return true;
    case 1: out_.append("true", 4); return true;
    case 2: out_.append("false", 5); return true;
    default: return false;
  }
}

bool Printer::string(Bytes bytes) {
  ByteCursor cursor{bytes};
  const auto length = read_length(cursor);
  const auto text = length ? cursor.read_bytes(*length) : std::nullopt;
  if (!text || !spend(text->size())) {
    return false;
  }
  append_json_string(out_, as_text(*text));
  return true;
}

bool Printer::opaque(Bytes bytes) {
  ByteCursor cursor{bytes};
  const auto type = cursor.read_le<std::uint8_t>();
  const auto length = type ? read_length(cursor) : std::nullopt;
  const auto data = length ? cursor.read_bytes(*length) : std::nullopt;
  if (!data || !spend(data->size())) {
    return false;
  }
  const auto column_type = static_cast<ColumnType>(*type);
  if (column_type == ColumnType::NewDecimal) {
    return opaque_decimal(*data);
  }
  if (column_type == ColumnType::Date || column_type == ColumnType::Time ||
      column_type == ColumnType::Datetime || column_type == ColumnType::Timestamp) {
    return opaque_temporal(column_type, *data);
  }
  out_.append("\"base64:type");
  append_number(out_, unsigned{*type});
  out_.push_back(':');
  append_base64(out_, *data, kBase64Line, "\\n");
  out_.push_back('"');
  return true;
}

bool Printer::opaque_decimal(Bytes data) {
  if (data.size() < 2) {
    return false;
  }
  const auto precision = std::to_integer<unsigned>(data[0]);
  const auto scale = std::to_integer<unsigned>(data[1]);
  const Bytes digits = data.subspan(2);
  const std::size_t size = decimal_bytes(precision, scale);
  SmallText text;
  if (size == 0 || digits.size() != size || !put_decimal(text, digits, precision, scale)) {
    return false;
  }
  text.append_to(out_);
  return true;
}

bool Printer::opaque_temporal(ColumnType type, Bytes data) {
  std::int64_t packed = 0;
  if (data.size() != sizeof packed) {
    return false;
  }
  std::memcpy(&packed, data.data(), sizeof packed);
  SmallText text;
  text.put('"');
  const bool is_valid = type == ColumnType::Date   ? put_packed_date(text, packed)
                        : type == ColumnType::Time ? put_packed_time(text, packed)
                                                   : put_packed_datetime(text, packed);
  text.put('"');
  if (is_valid) {
    text.append_to(out_);
  }
  return is_valid;
}

}  // namespace

bool append_json_binary(std::string& out, std::span<const std::byte> bytes) {
  if (bytes.empty()) {
    out.append("null", 4);  // how the server logs JSON that strict mode did not refuse
    return true;
  }
  return Printer{out, bytes.size()}.value(static_cast<Tag>(bytes.front()), bytes.subspan(1), 0);
}

// The server's my_gcvt with room for every digit, and ".0" behind whole numbers.
// https://github.com/mysql/mysql-server/blob/mysql-9.1.0/strings/dtoa.cc
void append_json_double(std::string& out, double value) {
  constexpr int kMaxPointForPlain = 15;
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific)
                       .ptr;
  std::string_view text{buffer.data(), static_cast<std::size_t>(end - buffer.data())};
  if (text.starts_with('-')) {
    out.push_back('-');
    text.remove_prefix(1);
  }
  const std::size_t e = text.find('e');
  int exponent = 0;
  const std::size_t sign = e + 1;
  if (e == std::string_view::npos) {
    out.append("0.0");  // not finite: never valid, the caller refuses
    return;
  }
  std::from_chars(text.data() + sign + 1, end, exponent);
  if (text[sign] == '-') {
    exponent = -exponent;
  }
  SmallText digits;
  for (const char c : text.substr(0, e)) {
    if (c != '.') {
      digits.put(c);
    }
  }
  const std::string_view all = digits.view();
  const int count = static_cast<int>(all.size());
  const int point = exponent + 1;  // digits before the point
  if (point < 1 - kMaxPointForPlain || (point > kMaxPointForPlain && count <= point)) {
    out.push_back(all.front());
    if (count > 1) {
      out.push_back('.');
      out.append(all.substr(1));
    }
    out.push_back('e');
    append_number(out, exponent);
  } else if (point <= 0) {
    out.append("0.");
    out.append(static_cast<std::size_t>(-point), '0');
    out.append(all);
  } else if (count <= point) {
    out.append(all);
    out.append(static_cast<std::size_t>(point - count), '0');
    out.append(".0");
  } else {
    out.append(all.substr(0, static_cast<std::size_t>(point)));
    out.push_back('.');
    out.append(all.substr(static_cast<std::size_t>(point)));
  }
}

}  // namespace replikey::value
