#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "column_shape.hpp"

#include "replikey/decode/table_map.hpp"

namespace replikey::decode {

namespace {

using enum ColumnType;

/// What a type of information_schema may be on the wire.
struct TypeMatch {
  std::string_view data_type;
  std::array<ColumnType, 3> wire;  // unused places repeat the first
  std::uint8_t blob_width = 0;     // BLOB and TEXT: bytes of the length prefix
};

constexpr std::array kTypeMatches{
    TypeMatch{"tinyint", {Tiny, Tiny, Tiny}},
    TypeMatch{"smallint", {Short, Short, Short}},
    TypeMatch{"mediumint", {Int24, Int24, Int24}},
    TypeMatch{"int", {Long, Long, Long}},
    TypeMatch{"bigint", {LongLong, LongLong, LongLong}},
    TypeMatch{"float", {Float, Float, Float}},
    TypeMatch{"double", {Double, Double, Double}},
    TypeMatch{"decimal", {NewDecimal, Decimal, NewDecimal}},
    TypeMatch{"bit", {Bit, Bit, Bit}},
    TypeMatch{"year", {Year, Year, Year}},
    TypeMatch{"date", {Date, NewDate, Date}},
    TypeMatch{"time", {Time2, Time, Time2}},
    TypeMatch{"datetime", {Datetime2, Datetime, Datetime2}},
    TypeMatch{"timestamp", {Timestamp2, Timestamp, Timestamp2}},
    TypeMatch{"char", {String, String, String}},
    TypeMatch{"binary", {String, String, String}},
    TypeMatch{"varchar", {Varchar, VarString, MariaVarcharCompressed}},
    TypeMatch{"varbinary", {Varchar, VarString, MariaVarcharCompressed}},
    TypeMatch{"tinyblob", {Blob, TinyBlob, MariaBlobCompressed}, 1},
    TypeMatch{"tinytext", {Blob, TinyBlob, MariaBlobCompressed}, 1},
    TypeMatch{"blob", {Blob, Blob, MariaBlobCompressed}, 2},
    TypeMatch{"text", {Blob, Blob, MariaBlobCompressed}, 2},
    TypeMatch{"mediumblob", {Blob, MediumBlob, MariaBlobCompressed}, 3},
    TypeMatch{"mediumtext", {Blob, MediumBlob, MariaBlobCompressed}, 3},
    TypeMatch{"longblob", {Blob, LongBlob, MariaBlobCompressed}, 4},
    TypeMatch{"longtext", {Blob, LongBlob, MariaBlobCompressed}, 4},
    TypeMatch{"enum", {Enum, Enum, Enum}},
    TypeMatch{"set", {Set, Set, Set}},
    TypeMatch{"json", {Json, Json, Json}},
    TypeMatch{"vector", {Vector, Varchar, Vector}},
    TypeMatch{"geometry", {Geometry, Geometry, Geometry}},
    TypeMatch{"point", {Geometry, Geometry, Geometry}},
    TypeMatch{"linestring", {Geometry, Geometry, Geometry}},
    TypeMatch{"polygon", {Geometry, Geometry, Geometry}},
    TypeMatch{"multipoint", {Geometry, Geometry, Geometry}},
    TypeMatch{"multilinestring", {Geometry, Geometry, Geometry}},
    TypeMatch{"multipolygon", {Geometry, Geometry, Geometry}},
    TypeMatch{"geometrycollection", {Geometry, Geometry, Geometry}},
    TypeMatch{"geomcollection", {Geometry, Geometry, Geometry}},
    TypeMatch{"inet4", {String, String, String}},
    TypeMatch{"inet6", {String, String, String}},
    TypeMatch{"uuid", {String, String, String}},
};

/// Bytes a character takes at most, where that cannot differ between servers; 0 where it may.
std::uint32_t max_character_size(std::string_view charset) noexcept {
  constexpr std::array<std::pair<std::string_view, std::uint32_t>, 6> kSizes{
      {{"utf8mb4", 4}, {"utf8mb3", 3}, {"utf8", 3}, {"latin1", 1}, {"ascii", 1}, {"binary", 1}}};
  const auto* const place = std::ranges::find(
      kSizes, charset, [](const auto& entry) -> std::string_view { return entry.first; });
  return place == kSizes.end() ? 0 : place->second;
}

/// The numbers behind a type's name: "decimal(10,2) unsigned" has 10 and 2.
struct TypeNumbers {
  std::optional<unsigned> first;
  std::optional<unsigned> second;
};

TypeNumbers numbers_of(std::string_view column_type) noexcept {
  TypeNumbers numbers;
  const std::size_t open = column_type.find('(');
  if (open == std::string_view::npos) {
    return numbers;
  }
  const char* at = column_type.data() + open + 1;
  const char* const end = column_type.data() + column_type.size();
  for (auto* target : {&numbers.first, &numbers.second}) {
    unsigned value = 0;
    const auto [next, failure] = std::from_chars(at, end, value);
    if (failure != std::errc{}) {
      break;
    }
    *target = value;
    if (next == end || *next != ',') {
      break;
    }
    at = next + 1;
  }
  return numbers;
}

bool has_declared_length(const Column& column, const CatalogColumn& catalog,
                         std::optional<unsigned> length) noexcept {
  const bool is_binary = catalog.data_type == "binary" || catalog.data_type == "varbinary";
  if (!is_binary && catalog.data_type != "char" && catalog.data_type != "varchar") {
    return true;  // UUID, INET6, VECTOR: the length is not in the catalogue's type
  }
  const std::uint32_t size = is_binary ? 1 : max_character_size(catalog.charset);
  return !length || size == 0 || column.max_bytes == *length * size;
}

bool has_label_width(const Column& column, std::size_t label_count) noexcept {
  if (label_count == 0) {
    return true;
  }
  if (!column.labels.empty() && column.labels.size() != label_count) {
    return false;
  }
  if (column.type == Enum) {
    return column.width == (label_count > 255 ? 2 : 1);
  }
  const std::size_t bytes = (label_count + 7) / 8;
  return column.width == (bytes > 4 ? 8 : bytes);
}

// What the event tells beyond the type, against what the catalogue tells, where both do.
bool has_same_details(const Column& column, const CatalogColumn& catalog,
                      const TypeMatch& match) noexcept {
  const TypeNumbers numbers = numbers_of(catalog.column_type);
  switch (column.type) {
    case NewDecimal:
      return !numbers.first ||
             (column.precision == *numbers.first && column.scale == numbers.second.value_or(0));
    case Bit: return !numbers.first || column.bits == *numbers.first;
    case Time2:
    case Datetime2:
    case Timestamp2: return column.scale == numbers.first.value_or(0);
    case String:
    case Varchar:
    case VarString: return has_declared_length(column, catalog, numbers.first);
    case Enum:
    case Set: return has_label_width(column, catalog.labels.size());
    case Blob: return match.blob_width == 0 || column.width == match.blob_width;
    default: return true;
  }
}

bool has_same_shape(const Column& column, const CatalogColumn& catalog) noexcept {
  // MariaDB's JSON is a LONGTEXT, whatever the catalogue's reader calls it.
  if (catalog.data_type == "json" && column.type == Blob) {
    return column.width == 4;
  }
  const auto* const match =
      std::ranges::find(kTypeMatches, catalog.data_type,
                        [](const TypeMatch& m) -> std::string_view { return m.data_type; });
  return match != kTypeMatches.end() &&
         std::ranges::find(match->wire, column.type) != match->wire.end() &&
         has_same_details(column, catalog, *match);
}

// Their width depends on the fraction's digits, which the event does not tell.
bool is_old_fraction(const Column& column, const CatalogColumn& catalog) noexcept {
  const bool is_old = column.type == Time || column.type == Datetime || column.type == Timestamp;
  return is_old && numbers_of(catalog.column_type).first.value_or(0) != 0;
}

Status check_column(const Column& column, const CatalogColumn& catalog) {
  if (is_old_fraction(column, catalog)) {
    return Error{ErrorCode::Rejected,
                 "column " + catalog.name + " is " + catalog.column_type +
                     " in the format of MariaDB 5.3, whose values have no known size; rebuild the "
                     "table with mysql56_temporal_format=ON (ALTER TABLE … FORCE)"};
  }
  if (!has_same_shape(column, catalog)) {
    return Error{ErrorCode::Rejected, "column " + catalog.name + " (" + column.name + ") is " +
                                          describe(column) + " in the event, but " +
                                          catalog.column_type + " in the catalogue"};
  }
  return ok();
}

void complete_column(Column& column, const CatalogColumn& catalog, bool has_names) {
  if (has_names && column.name != catalog.name) {
    return;  // renamed since: the catalogue speaks of another column
  }
  column.name = catalog.name;
  if (!column.has_known_signedness) {
    column.is_unsigned = catalog.is_unsigned;
    column.has_known_signedness = true;
  }
  if (!column.has_known_collation && catalog.collation != 0) {
    column.collation = catalog.collation;
    column.has_known_collation = true;
  }
  if (column.labels.empty() && (column.type == Enum || column.type == Set)) {
    column.labels = catalog.labels;
  }
  if (catalog.is_json_text) {
    column.logical = LogicalType::JsonText;
  }
}

}  // namespace

Result<std::shared_ptr<const TableSchema>> complete_schema(const TableSchema& event,
                                                           const CatalogTable& catalog) {
  const std::string name = event.database + "." + event.table;
  if (event.columns.size() != catalog.columns.size()) {
    return Error{ErrorCode::Rejected, name + " has " + std::to_string(event.columns.size()) +
                                          " columns in the event, but " +
                                          std::to_string(catalog.columns.size()) +
                                          " in the catalogue"};
  }
  auto schema = std::make_shared<TableSchema>(event);
  for (std::size_t i = 0; i < event.columns.size(); ++i) {
    if (auto status = check_column(event.columns[i], catalog.columns[i]); !status) {
      return std::move(status).error().with_context(name);
    }
    complete_column(schema->columns[i], catalog.columns[i], event.has_names);
  }
  // An event with names tells its primary key too: none there is none.
  if (!event.has_names && schema->primary_key.empty()) {
    for (const std::uint16_t index : catalog.primary_key) {
      if (index >= schema->columns.size()) {
        return Error{ErrorCode::Rejected, name + ": the catalogue's primary key names no column"};
      }
    }
    schema->primary_key = catalog.primary_key;
  }
  schema->has_names = true;
  return std::shared_ptr<const TableSchema>{std::move(schema)};
}

}  // namespace replikey::decode
