#include "column_shape.hpp"

#include <array>
#include <utility>

namespace replikey::decode {

namespace {

constexpr unsigned kMaxPrecision = 65;
constexpr unsigned kMaxBits = 64;
constexpr unsigned kMaxFractionDigits = 6;
constexpr unsigned kDigitsPerWord = 9;
constexpr std::uint32_t kMaxShortLength = 255;  // longer ones have a length prefix of two bytes

Error corrupt(ColumnType type, std::string_view what) {
  return Error{
      ErrorCode::CorruptData,
      "column type " + std::to_string(static_cast<unsigned>(type)) + ": " + std::string{what}};
}

Error cut_off(ColumnType type) {
  return corrupt(type, "the metadata ends before it");
}

Result<Column> fixed(ColumnType type, std::uint8_t width) {
  Column column;
  column.type = type;
  column.width = width;
  return column;
}

// Metadata: one byte, the width of the value or of its length prefix.
Result<Column> sized(ColumnType type, ByteCursor& metadata, std::uint8_t least, std::uint8_t most) {
  const auto width = metadata.read_le<std::uint8_t>();
  if (!width) {
    return cut_off(type);
  }
  if (*width < least || *width > most) {
    return corrupt(type, "a width of " + std::to_string(*width) + " bytes cannot be");
  }
  return fixed(type, *width);
}

// Metadata: one byte, digits after the point; two take a byte.
Result<Column> fractional(ColumnType type, ByteCursor& metadata, std::uint8_t whole_width) {
  const auto digits = metadata.read_le<std::uint8_t>();
  if (!digits) {
    return cut_off(type);
  }
  if (*digits > kMaxFractionDigits) {
    return corrupt(type, std::to_string(*digits) + " fraction digits cannot be");
  }
  auto column = fixed(type, static_cast<std::uint8_t>(whole_width + (*digits + 1) / 2));
  column->scale = *digits;
  return column;
}

void set_length(Column& column, std::uint32_t max_bytes) noexcept {
  column.max_bytes = max_bytes;
  column.width = max_bytes > kMaxShortLength ? 2 : 1;
}

// Metadata: two bytes, little-endian.
Result<Column> varchar(ColumnType type, ByteCursor& metadata) {
  const auto max_bytes = metadata.read_le<std::uint16_t>();
  if (!max_bytes) {
    return cut_off(type);
  }
  auto column = fixed(type, 0);
  set_length(*column, *max_bytes);
  return column;
}

// Metadata: real type, then length; two bits of a length over 255 hide, inverted, in the type.
// https://github.com/mysql/mysql-server/blob/mysql-9.1.0/sql/field.cc
// Field_string::do_save_field_metadata
Result<Column> string(ColumnType type, ByteCursor& metadata) {
  constexpr unsigned kLengthBits = 0x30;
  const auto real_type = metadata.read_le<std::uint8_t>();
  const auto length = metadata.read_le<std::uint8_t>();
  if (!real_type || !length) {
    return cut_off(type);
  }
  const auto real = static_cast<ColumnType>(*real_type | kLengthBits);
  if (real == ColumnType::Enum || real == ColumnType::Set) {
    const unsigned most = real == ColumnType::Enum ? 2 : 8;
    if (*length == 0 || *length > most) {
      return corrupt(real, "a width of " + std::to_string(*length) + " bytes cannot be");
    }
    return fixed(real, *length);
  }
  if (*real_type != 0 && real != ColumnType::String && real != ColumnType::VarString) {
    return corrupt(type, "its real type is " + std::to_string(*real_type));
  }
  auto column = fixed(ColumnType::String, 0);
  const unsigned high = *real_type == 0 ? 0U : ((*real_type & kLengthBits) ^ kLengthBits) << 4U;
  set_length(*column, *length | high);
  return column;
}

Result<Column> decimal(ByteCursor& metadata) {
  const auto precision = metadata.read_le<std::uint8_t>();
  const auto scale = metadata.read_le<std::uint8_t>();
  if (!precision || !scale) {
    return cut_off(ColumnType::NewDecimal);
  }
  if (*precision == 0 || *precision > kMaxPrecision || *scale > *precision) {
    return corrupt(ColumnType::NewDecimal, "DECIMAL(" + std::to_string(*precision) + "," +
                                               std::to_string(*scale) + ") cannot be");
  }
  auto column = fixed(ColumnType::NewDecimal, decimal_size(*precision, *scale));
  column->precision = *precision;
  column->scale = *scale;
  return column;
}

// Metadata: bits beyond the last whole byte, then whole bytes.
Result<Column> bit(ByteCursor& metadata) {
  const auto odd_bits = metadata.read_le<std::uint8_t>();
  const auto whole_bytes = metadata.read_le<std::uint8_t>();
  if (!odd_bits || !whole_bytes) {
    return cut_off(ColumnType::Bit);
  }
  const unsigned bits = *whole_bytes * 8U + *odd_bits;
  if (*odd_bits > 7 || bits == 0 || bits > kMaxBits) {
    return corrupt(ColumnType::Bit, "BIT(" + std::to_string(bits) + ") cannot be");
  }
  auto column = fixed(ColumnType::Bit, static_cast<std::uint8_t>((bits + 7) / 8));
  column->bits = static_cast<std::uint16_t>(bits);
  return column;
}

// Multi-valued index columns, logged by some MySQL 8.0 only: the element's type and its own
// metadata; the values are JSON. go-mysql and others forget the metadata.
// https://github.com/mysql/mysql-server/blob/mysql-9.1.0/libs/mysql/binlog/event/rows_event.h
// Table_map_event, table of metadata
Result<Column> typed_array(ByteCursor& metadata) {
  const auto element = metadata.read_le<std::uint8_t>();
  if (!element) {
    return cut_off(ColumnType::TypedArray);
  }
  unsigned extra = 0;
  switch (static_cast<ColumnType>(*element)) {
    case ColumnType::Varchar: extra = 3; break;
    case ColumnType::NewDecimal: extra = 2; break;
    case ColumnType::Time2:
    case ColumnType::Datetime2: extra = 1; break;
    default: break;
  }
  if (!metadata.skip(extra)) {
    return cut_off(ColumnType::TypedArray);
  }
  return fixed(ColumnType::TypedArray, 4);
}

std::string_view plain_name(ColumnType type) noexcept {
  switch (type) {
    case ColumnType::Decimal: return "DECIMAL before MySQL 5.0";
    case ColumnType::Tiny: return "TINYINT";
    case ColumnType::Short: return "SMALLINT";
    case ColumnType::Long: return "INT";
    case ColumnType::Float: return "FLOAT";
    case ColumnType::Double: return "DOUBLE";
    case ColumnType::Null: return "NULL";
    case ColumnType::Timestamp: return "TIMESTAMP (old format)";
    case ColumnType::LongLong: return "BIGINT";
    case ColumnType::Int24: return "MEDIUMINT";
    case ColumnType::Date:
    case ColumnType::NewDate: return "DATE";
    case ColumnType::Time: return "TIME (old format)";
    case ColumnType::Datetime: return "DATETIME (old format)";
    case ColumnType::Year: return "YEAR";
    case ColumnType::Varchar:
    case ColumnType::VarString: return "VARCHAR or VARBINARY";
    case ColumnType::Bit: return "BIT";
    case ColumnType::Timestamp2: return "TIMESTAMP";
    case ColumnType::Datetime2: return "DATETIME";
    case ColumnType::Time2: return "TIME";
    case ColumnType::TypedArray: return "ARRAY";
    case ColumnType::MariaBlobCompressed: return "compressed BLOB or TEXT";
    case ColumnType::MariaVarcharCompressed: return "compressed VARCHAR or VARBINARY";
    case ColumnType::Vector: return "VECTOR";
    case ColumnType::Invalid: return "INVALID";
    case ColumnType::Bool: return "BOOL";
    case ColumnType::Json: return "JSON";
    case ColumnType::NewDecimal: return "DECIMAL";
    case ColumnType::Enum: return "ENUM";
    case ColumnType::Set: return "SET";
    case ColumnType::TinyBlob:
    case ColumnType::MediumBlob:
    case ColumnType::LongBlob:
    case ColumnType::Blob: return "BLOB or TEXT";
    case ColumnType::String: return "CHAR or BINARY";
    case ColumnType::Geometry: return "GEOMETRY";
  }
  return "unknown type";
}

bool is_between(std::uint16_t value, std::uint16_t least, std::uint16_t most) noexcept {
  return value >= least && value <= most;
}

}  // namespace

Result<Column> read_column_shape(std::uint8_t type_number, ByteCursor& metadata) {
  const auto type = static_cast<ColumnType>(type_number);
  switch (type) {
    case ColumnType::Tiny:
    case ColumnType::Year: return fixed(type, 1);
    case ColumnType::Short: return fixed(type, 2);
    case ColumnType::Int24:
    case ColumnType::Date:
    case ColumnType::NewDate:
    case ColumnType::Time: return fixed(type, 3);
    case ColumnType::Long:
    case ColumnType::Timestamp: return fixed(type, 4);
    case ColumnType::LongLong:
    case ColumnType::Datetime: return fixed(type, 8);
    case ColumnType::Float: return sized(type, metadata, 4, 4);
    case ColumnType::Double: return sized(type, metadata, 8, 8);
    case ColumnType::Timestamp2: return fractional(type, metadata, 4);
    case ColumnType::Datetime2: return fractional(type, metadata, 5);
    case ColumnType::Time2: return fractional(type, metadata, 3);
    case ColumnType::Varchar:
    case ColumnType::VarString:
    case ColumnType::MariaVarcharCompressed: return varchar(type, metadata);
    case ColumnType::String:
    case ColumnType::Enum:
    case ColumnType::Set: return string(type, metadata);
    case ColumnType::Bit: return bit(metadata);
    case ColumnType::NewDecimal: return decimal(metadata);
    case ColumnType::TinyBlob:
    case ColumnType::MediumBlob:
    case ColumnType::LongBlob:
    case ColumnType::Blob:
    case ColumnType::Json:
    case ColumnType::Geometry:
    case ColumnType::Vector:
    case ColumnType::MariaBlobCompressed: return sized(type, metadata, 1, 4);
    case ColumnType::TypedArray: return typed_array(metadata);
    // Without metadata; their values have no known width, which matters once a row has one.
    case ColumnType::Decimal:
    case ColumnType::Null:
    case ColumnType::Invalid:
    case ColumnType::Bool: return fixed(type, 0);
  }
  return Error{ErrorCode::Unsupported,
               "column type " + std::to_string(type_number) + " is not known to this version"};
}

std::uint8_t decimal_size(unsigned precision, unsigned scale) noexcept {
  constexpr std::array<unsigned, 10> kPartialBytes{0, 1, 1, 2, 2, 3, 3, 4, 4, 4};
  const unsigned whole = precision - scale;
  const unsigned size = whole / kDigitsPerWord * 4 + kPartialBytes.at(whole % kDigitsPerWord) +
                        scale / kDigitsPerWord * 4 + kPartialBytes.at(scale % kDigitsPerWord);
  return static_cast<std::uint8_t>(size);
}

std::string describe(const Column& column) {
  std::string text{plain_name(column.type)};
  switch (column.type) {
    case ColumnType::NewDecimal:
      text += "(" + std::to_string(column.precision) + "," + std::to_string(column.scale) + ")";
      break;
    case ColumnType::Timestamp2:
    case ColumnType::Datetime2:
    case ColumnType::Time2: text += "(" + std::to_string(column.scale) + ")"; break;
    case ColumnType::Bit: text += "(" + std::to_string(column.bits) + ")"; break;
    case ColumnType::Varchar:
    case ColumnType::VarString:
    case ColumnType::String: text += " of " + std::to_string(column.max_bytes) + " bytes"; break;
    case ColumnType::Enum:
    case ColumnType::Set: text += " in " + std::to_string(column.width) + " bytes"; break;
    case ColumnType::Blob:
      text += " with a length of " + std::to_string(column.width) + " bytes";
      break;
    default: break;
  }
  return text;
}

bool is_numeric(ColumnType type) noexcept {
  switch (type) {
    case ColumnType::Tiny:
    case ColumnType::Short:
    case ColumnType::Int24:
    case ColumnType::Long:
    case ColumnType::LongLong:
    case ColumnType::Float:
    case ColumnType::Double:
    case ColumnType::Decimal:
    case ColumnType::NewDecimal:
    case ColumnType::Year: return true;
    default: return false;
  }
}

// Ids of both families; MariaDB adds 1024 for NO PAD and keeps 2048 and up for uca1400, in blocks
// of 256: utf8mb3, utf8mb4, ucs2, utf16, utf32.
// https://github.com/mysql/mysql-server/blob/mysql-9.1.0/strings/ctype-uca.cc
// https://github.com/MariaDB/server/blob/mariadb-11.8.2/mysys/charset-def.c
LabelEncoding label_encoding(std::uint16_t collation) noexcept {
  constexpr std::uint16_t kNoPad = 1024;
  constexpr std::uint16_t kUca1400 = 2048;
  if (collation >= kUca1400) {
    return collation < kUca1400 + 512 ? LabelEncoding::Utf8 : LabelEncoding::Other;
  }
  const auto id = static_cast<std::uint16_t>(collation >= kNoPad ? collation - kNoPad : collation);
  if (id == 33 || id == 45 || id == 46 || id == 76 || id == 83 || is_between(id, 192, 247) ||
      is_between(id, 255, 323) || is_between(id, 576, 639)) {
    return LabelEncoding::Utf8;
  }
  // ucs2, utf16, utf16le, utf32 and swe7, where a byte below 0x80 is not the ASCII character.
  const bool is_wide = id == 35 || id == 90 || is_between(id, 128, 151) || id == 159 ||
                       is_between(id, 54, 56) || is_between(id, 60, 62) ||
                       is_between(id, 101, 124) || is_between(id, 160, 183) ||
                       is_between(id, 640, 767);
  if (is_wide || id == 10 || id == 82 || id == 0) {
    return LabelEncoding::Other;
  }
  return LabelEncoding::AsciiSuperset;
}

}  // namespace replikey::decode
