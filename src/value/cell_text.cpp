#include "replikey/value/cell_text.hpp"

#include <bit>
#include <cmath>
#include <cstring>

#include "base64.hpp"
#include "cell_writer.hpp"
#include "collations.hpp"
#include "decimal.hpp"
#include "json_binary.hpp"
#include "json_validator.hpp"
#include "small_text.hpp"
#include "temporal.hpp"
#include "transcode.hpp"
#include "utf8.hpp"

#include "replikey/base/byte_cursor.hpp"

namespace replikey::value {
namespace {

enum class Target : std::uint8_t { Text, Json };

std::uint64_t load(const Cell& cell) noexcept {  // size is 1 to 8
  std::uint64_t value = 0;
  std::memcpy(&value, cell.data, cell.size);
  return value;
}

template <typename T>
void append_number(std::string& out, T value, bool has_quotes = false) {
  SmallText text;
  if (has_quotes) {
    text.put('"');
  }
  text.number(value);
  if (has_quotes) {
    text.put('"');
  }
  text.append_to(out);
}

/// A value of digits and signs only: nothing in it to escape.
template <Target T, typename Put>
Fault write_quoted(std::string& out, Put put) {
  SmallText text;
  if constexpr (T == Target::Json) {
    text.put('"');
  }
  const Fault fault = put(text);
  if constexpr (T == Target::Json) {
    text.put('"');
  }
  text.append_to(out);
  return fault;
}

template <std::size_t Bytes>
Fault write_integer(std::string& out, const Cell& cell, const Column& column, bool has_quotes) {
  if (cell.size != Bytes) {
    return Fault::Size;
  }
  std::uint64_t value = 0;
  std::memcpy(&value, cell.data, Bytes);
  if (column.is_unsigned && column.has_known_signedness) {
    append_number(out, value, has_quotes);
  } else {
    constexpr unsigned kUnused = 64 - 8 * Bytes;
    append_number(out, static_cast<std::int64_t>(value << kUnused) >> kUnused, has_quotes);
  }
  return Fault::None;
}

template <typename T>
Fault write_floating(std::string& out, const Cell& cell) {
  if (cell.size != sizeof(T)) {
    return Fault::Size;
  }
  T value{};
  std::memcpy(&value, cell.data, sizeof value);
  append_number(out, value);
  return std::isfinite(value) ? Fault::None : Fault::Content;
}

Fault write_year(std::string& out, const Cell& cell) {
  if (cell.size != 1) {
    return Fault::Size;
  }
  const auto value = static_cast<unsigned>(load(cell));
  append_number(out, value == 0 ? 0U : 1900U + value);
  return Fault::None;
}

Fault write_bits(std::string& out, const Cell& cell, const Column& column, bool has_quotes) {
  const std::size_t expected = column.bits == 0 ? cell.size : (column.bits + 7U) / 8U;
  if (cell.size == 0 || cell.size > 8 || cell.size != expected) {
    return Fault::Size;
  }
  std::uint64_t value = 0;
  for (const std::byte byte : cell.bytes()) {
    value = (value << 8U) | std::to_integer<std::uint64_t>(byte);
  }
  append_number(out, value, has_quotes && column.bits == 64);
  return Fault::None;
}

Fault write_decimal(std::string& out, const Cell& cell, const Column& column, bool has_quotes) {
  const std::size_t size = decimal_bytes(column.precision, column.scale);
  if (size == 0 || cell.size != size) {
    return Fault::Size;
  }
  SmallText text;
  if (has_quotes) {
    text.put('"');
  }
  const bool is_valid = put_decimal(text, cell.bytes(), column.precision, column.scale);
  if (has_quotes) {
    text.put('"');
  }
  text.append_to(out);
  return is_valid ? Fault::None : Fault::Content;
}

template <Target T>
Fault write_timestamp(std::string& out, const Cell& cell, const Column& column,
                      const Format& format) {
  const auto put = [&](SmallText& text) {
    return column.type == ColumnType::Timestamp
               ? put_old_timestamp(text, cell.bytes(), format)
               : put_timestamp(text, cell.bytes(), column.scale, format);
  };
  if (format.timestamp == TimestampForm::Epoch || format.timestamp == TimestampForm::EpochMs) {
    return write_quoted<Target::Text>(out, put);  // a number in either target
  }
  return write_quoted<T>(out, put);
}

template <Target T>
Fault write_utf8(std::string& out, std::string_view text) {
  if constexpr (T == Target::Json) {
    append_json_string(out, text);
  } else {
    out.append(text);
  }
  return Fault::None;
}

template <Target T>
Fault write_binary(std::string& out, std::span<const std::byte> bytes) {
  if constexpr (T == Target::Json) {
    out.push_back('"');
    append_base64(out, bytes);
    out.push_back('"');
  } else {
    out.append(as_text(bytes));
  }
  return Fault::None;
}

/// BINARY(n): the binlog strips the zeros at the end, SELECT gives them.
template <Target T>
Fault write_padded(std::string& out, std::span<const std::byte> bytes, std::size_t size) {
  if (bytes.size() >= size) {
    return write_binary<T>(out, bytes);
  }
  if constexpr (T == Target::Json) {
    thread_local std::string padded;
    padded.assign(as_text(bytes));
    padded.resize(size, '\0');
    return write_binary<T>(out, as_bytes(padded));
  } else {
    write_binary<T>(out, bytes);
    out.append(size - bytes.size(), '\0');
    return Fault::None;
  }
}

/// Nothing tells the charset: text where it can be text.
template <Target T>
Fault write_guessed(std::string& out, std::span<const std::byte> bytes) {
  if (is_utf8(as_text(bytes))) {
    return write_utf8<T>(out, as_text(bytes));
  }
  if constexpr (T == Target::Json) {
    return write_binary<T>(out, bytes);
  } else {
    append_base64(out, bytes);
    return Fault::None;
  }
}

/// A JSON column of MariaDB: `text` is UTF-8.
void append_embedded(std::string& out, std::string_view text) {
  if (is_json(text)) {
    out.append(text);
  } else {
    append_json_string(out, text);
  }
}

template <Target T>
Fault write_characters(std::string& out, std::string_view text, const Column& column,
                       Charset charset) {
  const bool is_json_text = T == Target::Json && column.logical == LogicalType::JsonText;
  if (is_utf8_as_it_stands(text, charset)) {
    if (is_json_text) {
      append_embedded(out, text);
      return Fault::None;
    }
    return write_utf8<T>(out, text);
  }
  if constexpr (T == Target::Text) {
    return transcode(out, text, charset);
  } else {
    thread_local std::string scratch;
    scratch.clear();
    const Fault fault = transcode(scratch, text, charset);
    if (fault == Fault::None) {
      is_json_text ? append_embedded(out, scratch) : append_json_string(out, scratch);
    }
    return fault;
  }
}

template <Target T>
Fault write_string(std::string& out, const Cell& cell, const Column& column) {
  if (!column.has_known_collation) {
    return write_guessed<T>(out, cell.bytes());
  }
  const Charset charset = charset_of(column.collation);
  if (charset == Charset::Binary) {
    return column.type == ColumnType::String ? write_padded<T>(out, cell.bytes(), column.max_bytes)
                                             : write_binary<T>(out, cell.bytes());
  }
  return write_characters<T>(out, as_text(cell.bytes()), column, charset);
}

template <Target T>
Fault write_enum(std::string& out, const Cell& cell, const Column& column) {
  if (cell.size != 1 && cell.size != 2) {
    return Fault::Size;
  }
  const std::uint64_t index = load(cell);
  if (column.labels.empty()) {
    append_number(out, index);
    return Fault::None;
  }
  if (index > column.labels.size()) {
    return Fault::Content;
  }
  return write_utf8<T>(out, index == 0 ? std::string_view{} : column.labels[index - 1]);
}

template <Target T>
Fault write_set(std::string& out, const Cell& cell, const Column& column) {
  if (cell.size == 0 || cell.size > 8) {
    return Fault::Size;
  }
  const std::uint64_t bits = load(cell);
  if (column.labels.empty()) {
    append_number(out, bits);
    return Fault::None;
  }
  thread_local std::string joined;
  joined.clear();
  for (std::uint64_t rest = bits; rest != 0; rest &= rest - 1) {
    const auto index = static_cast<std::size_t>(std::countr_zero(rest));
    if (index >= column.labels.size()) {
      return Fault::Content;
    }
    if (rest != bits) {
      joined.push_back(',');
    }
    joined.append(column.labels[index]);
  }
  return write_utf8<T>(out, joined);
}

template <Target T>
Fault write_vector(std::string& out, const Cell& cell) {
  if (cell.size % sizeof(float) != 0) {
    return Fault::Size;
  }
  if constexpr (T == Target::Text) {
    return write_binary<T>(out, cell.bytes());
  } else {
    bool is_finite = true;
    out.push_back('[');
    for (std::size_t at = 0; at < cell.size; at += sizeof(float)) {
      float value = 0;
      std::memcpy(&value, cell.data + at, sizeof value);
      is_finite = is_finite && std::isfinite(value);
      if (at != 0) {
        out.push_back(',');
      }
      append_number(out, value);
    }
    out.push_back(']');
    return is_finite ? Fault::None : Fault::Content;
  }
}

template <Target T>
Fault write(std::string& out, const Cell& cell, const Column& column, const Format& format) {
  constexpr bool kIsJson = T == Target::Json;
  const bool has_bigint_quotes = kIsJson && format.bigint == BigintForm::String;
  switch (column.type) {
    case ColumnType::Tiny: return write_integer<1>(out, cell, column, false);
    case ColumnType::Short: return write_integer<2>(out, cell, column, false);
    case ColumnType::Int24: return write_integer<3>(out, cell, column, false);
    case ColumnType::Long: return write_integer<4>(out, cell, column, false);
    case ColumnType::LongLong: return write_integer<8>(out, cell, column, has_bigint_quotes);
    case ColumnType::Year: return write_year(out, cell);
    case ColumnType::Bit: return write_bits(out, cell, column, has_bigint_quotes);
    case ColumnType::Float: return write_floating<float>(out, cell);
    case ColumnType::Double: return write_floating<double>(out, cell);
    case ColumnType::NewDecimal:
      return write_decimal(out, cell, column, kIsJson && format.decimal == DecimalForm::String);
    case ColumnType::Date:
    case ColumnType::NewDate:
      return write_quoted<T>(out, [&](SmallText& text) { return put_date(text, cell.bytes()); });
    case ColumnType::Time:
      return write_quoted<T>(out,
                             [&](SmallText& text) { return put_old_time(text, cell.bytes()); });
    case ColumnType::Time2:
      return write_quoted<T>(
          out, [&](SmallText& text) { return put_time(text, cell.bytes(), column.scale); });
    case ColumnType::Datetime:
      return write_quoted<T>(out,
                             [&](SmallText& text) { return put_old_datetime(text, cell.bytes()); });
    case ColumnType::Datetime2:
      return write_quoted<T>(
          out, [&](SmallText& text) { return put_datetime(text, cell.bytes(), column.scale); });
    case ColumnType::Timestamp:
    case ColumnType::Timestamp2: return write_timestamp<T>(out, cell, column, format);
    case ColumnType::Varchar:
    case ColumnType::VarString:
    case ColumnType::String:
    case ColumnType::TinyBlob:
    case ColumnType::MediumBlob:
    case ColumnType::LongBlob:
    case ColumnType::Blob: return write_string<T>(out, cell, column);
    case ColumnType::Enum: return write_enum<T>(out, cell, column);
    case ColumnType::Set: return write_set<T>(out, cell, column);
    case ColumnType::Json: return append_json_binary(out, cell.bytes()) ? Fault::None : Fault::Json;
    case ColumnType::Vector: return write_vector<T>(out, cell);
    case ColumnType::Decimal:
    case ColumnType::Null:
    case ColumnType::TypedArray:
    case ColumnType::MariaBlobCompressed:
    case ColumnType::MariaVarcharCompressed:
    case ColumnType::Invalid:
    case ColumnType::Bool:
    case ColumnType::Geometry: return Fault::Type;
  }
  return Fault::Type;
}

Status to_status(Fault fault, const Cell& cell, const Column& column) {
  if (fault == Fault::None) {
    return ok();
  }
  return to_error(fault, column, cell.size);
}

}  // namespace

Fault write_text(std::string& out, const Cell& cell, const Column& column, const Format& format) {
  return write<Target::Text>(out, cell, column, format);
}

Fault write_json(std::string& out, const Cell& cell, const Column& column, const Format& format) {
  return write<Target::Json>(out, cell, column, format);
}

Status append_text(std::string& out, const Cell& cell, const Column& column, const Format& format) {
  return to_status(write_text(out, cell, column, format), cell, column);
}

Status append_json(std::string& out, const Cell& cell, const Column& column, const Format& format) {
  return to_status(write_json(out, cell, column, format), cell, column);
}

}  // namespace replikey::value
