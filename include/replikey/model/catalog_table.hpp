#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace replikey {

/// A column as information_schema describes it now.
struct CatalogColumn {
  std::string name;
  std::string data_type;        ///< DATA_TYPE in lower case: "varchar", "bigint".
  std::string column_type;      ///< COLUMN_TYPE as printed: "bigint(20) unsigned".
  std::string charset;          ///< CHARACTER_SET_NAME; empty for types without one.
  std::uint16_t collation = 0;  ///< Collation id; 63 for binary types, 0 when unknown.
  bool is_unsigned = false;
  bool is_nullable = true;
  bool is_json_text = false;        ///< MariaDB: a LONGTEXT with the json_valid check.
  std::vector<std::string> labels;  ///< ENUM, SET; UTF-8.

  friend bool operator==(const CatalogColumn&, const CatalogColumn&) = default;
};

/// A table as information_schema describes it now; not necessarily as of an event.
struct CatalogTable {
  std::string database;
  std::string table;
  std::vector<CatalogColumn> columns;      ///< In ordinal order.
  std::vector<std::uint16_t> primary_key;  ///< Column indexes in key order.

  friend bool operator==(const CatalogTable&, const CatalogTable&) = default;
};

}  // namespace replikey
