#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace replikey {

/// Column types as they stand in a row image, by their number on the wire. ENUM and SET are told
/// from STRING by their metadata and given their own numbers here, as the servers do.
/// https://github.com/mysql/mysql-server/blob/mysql-9.1.0/include/field_types.h
enum class ColumnType : std::uint8_t {
  Decimal = 0,
  Tiny = 1,
  Short = 2,
  Long = 3,
  Float = 4,
  Double = 5,
  Null = 6,
  Timestamp = 7,
  LongLong = 8,
  Int24 = 9,
  Date = 10,
  Time = 11,
  Datetime = 12,
  Year = 13,
  NewDate = 14,
  Varchar = 15,
  Bit = 16,
  Timestamp2 = 17,
  Datetime2 = 18,
  Time2 = 19,
  TypedArray = 20,
  MariaBlobCompressed = 140,
  MariaVarcharCompressed = 141,
  Vector = 242,
  Invalid = 243,
  Bool = 244,
  Json = 245,
  NewDecimal = 246,
  Enum = 247,
  Set = 248,
  TinyBlob = 249,
  MediumBlob = 250,
  LongBlob = 251,
  Blob = 252,
  VarString = 253,
  String = 254,
  Geometry = 255,
};

/// What a column means beyond its bytes; only the catalogue knows.
enum class LogicalType : std::uint8_t {
  Plain,
  JsonText,  ///< MariaDB: a LONGTEXT with the json_valid check.
};

inline constexpr std::uint16_t kBinaryCollation = 63;

/// One column of a table, as of the event that carries its rows.
struct Column {
  std::string name;  ///< "@1", "@2", … where nothing names it.
  ColumnType type = ColumnType::Null;
  LogicalType logical = LogicalType::Plain;
  bool is_unsigned = false;
  bool is_nullable = true;
  bool has_known_signedness = false;
  bool has_known_collation = false;
  /// Bytes a fixed-width value takes, or bytes of the length prefix of a variable-width one.
  std::uint8_t width = 0;
  std::uint8_t precision = 0;   ///< NEWDECIMAL: digits in all.
  std::uint8_t scale = 0;       ///< NEWDECIMAL: digits after the point. Temporal: fraction digits.
  std::uint16_t bits = 0;       ///< BIT(n).
  std::uint32_t max_bytes = 0;  ///< CHAR, VARCHAR, BINARY, VARBINARY: declared length in bytes.
  std::uint16_t collation = 0;  ///< Collation id; 63 is binary.
  std::vector<std::string> labels;  ///< ENUM, SET; UTF-8. Empty where nothing tells them.

  friend bool operator==(const Column&, const Column&) = default;
};

/// A table as of an event: what its rows are decoded by.
struct TableSchema {
  std::string database;
  std::string table;
  std::vector<Column> columns;
  std::vector<std::uint16_t> primary_key;  ///< Column indexes; empty when unknown or none.
  bool has_names = false;

  friend bool operator==(const TableSchema&, const TableSchema&) = default;
};

}  // namespace replikey
