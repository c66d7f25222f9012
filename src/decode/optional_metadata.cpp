#include "optional_metadata.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "column_shape.hpp"

namespace replikey::decode {

namespace {

// https://github.com/mysql/mysql-server/blob/mysql-9.1.0/libs/mysql/binlog/event/rows_event.h
// Optional_metadata_field_type
enum class MetadataKind : std::uint8_t {
  Signedness = 1,
  DefaultCharset = 2,
  ColumnCharset = 3,
  ColumnName = 4,
  SetValues = 5,
  EnumValues = 6,
  GeometryType = 7,
  SimplePrimaryKey = 8,
  PrimaryKeyWithPrefix = 9,
  EnumAndSetDefaultCharset = 10,
  EnumAndSetColumnCharset = 11,
  ColumnVisibility = 12,
  VectorDimensionality = 13,
};

Error corrupt(std::string_view what) {
  return Error{ErrorCode::CorruptData, "metadata: " + std::string{what}};
}

/// Labels as the event has them, until the charsets of their columns are known: the kinds come in
/// any order.
struct RawLabels {
  Column* column;
  std::vector<std::string_view> labels;
};

class MetadataReader {
 public:
  MetadataReader(Flavour flavour, TableSchema& schema) : flavour_{flavour}, schema_{schema} {}

  Status read_field(MetadataKind kind, ByteCursor value);
  void assign_labels();

 private:
  // The columns a kind speaks of, in the table's order.
  template <typename Predicate>
  std::vector<Column*> columns_where(Predicate predicate) {
    std::vector<Column*> chosen;
    for (Column& column : schema_.columns) {
      if (predicate(column)) {
        chosen.push_back(&column);
      }
    }
    return chosen;
  }
  std::vector<Column*> character_columns();
  std::vector<Column*> label_columns();

  Status read_signedness(ByteCursor value);
  Status read_names(ByteCursor value);
  Status read_labels(ByteCursor value, ColumnType type);
  Status read_primary_key(ByteCursor value, bool has_prefixes);

  Flavour flavour_;
  TableSchema& schema_;
  std::vector<RawLabels> labels_;
};

// MySQL counts VECTOR, MariaDB counts GEOMETRY and its compressed columns.
// https://github.com/mysql/mysql-server/blob/mysql-9.1.0/sql/log_event.h is_character_type
// https://github.com/MariaDB/server/blob/mariadb-11.8.2/sql/log_event_server.cc
// Table_map_log_event::init_charset_field
bool is_character(const Column& column, Flavour flavour) noexcept {
  switch (column.type) {
    case ColumnType::String:
    case ColumnType::VarString:
    case ColumnType::Varchar:
    case ColumnType::TinyBlob:
    case ColumnType::MediumBlob:
    case ColumnType::LongBlob:
    case ColumnType::Blob:
    case ColumnType::MariaBlobCompressed:
    case ColumnType::MariaVarcharCompressed: return true;
    case ColumnType::Vector: return flavour == Flavour::MySql;
    case ColumnType::Geometry: return flavour == Flavour::MariaDb;
    default: return false;
  }
}

std::vector<Column*> MetadataReader::character_columns() {
  return columns_where([this](const Column& c) { return is_character(c, flavour_); });
}

std::vector<Column*> MetadataReader::label_columns() {
  return columns_where(
      [](const Column& c) { return c.type == ColumnType::Enum || c.type == ColumnType::Set; });
}

bool set_collation(Column& column, std::uint64_t collation) noexcept {
  if (collation > std::numeric_limits<std::uint16_t>::max()) {
    return false;
  }
  column.collation = static_cast<std::uint16_t>(collation);
  column.has_known_collation = true;
  return true;
}

// One collation for all, then (index among them, collation) for those that differ.
Status read_default_charset(ByteCursor value, std::span<Column* const> columns) {
  const auto usual = value.read_lenenc();
  if (!usual) {
    return corrupt("the default charset is cut off");
  }
  for (Column* column : columns) {
    if (!set_collation(*column, *usual)) {
      return corrupt("the default charset cannot be");
    }
  }
  while (value.remaining() != 0) {
    const auto index = value.read_lenenc();
    const auto collation = value.read_lenenc();
    if (!index || !collation || *index >= columns.size() ||
        !set_collation(*columns[*index], *collation)) {
      return corrupt("the charset of a column is damaged");
    }
  }
  return ok();
}

Status read_column_charsets(ByteCursor value, std::span<Column* const> columns) {
  for (Column* column : columns) {
    const auto collation = value.read_lenenc();
    if (!collation || !set_collation(*column, *collation)) {
      return corrupt("the charset of a column is damaged");
    }
  }
  return value.remaining() == 0 ? ok() : Status{corrupt("more charsets than columns have one")};
}

// One bit per numeric column, the highest first.
Status MetadataReader::read_signedness(ByteCursor value) {
  const auto bits = value.rest();
  std::size_t index = 0;
  for (Column& column : schema_.columns) {
    if (!is_numeric(column.type)) {
      continue;
    }
    if (index / 8 >= bits.size()) {
      return corrupt("signedness has fewer bits than there are numeric columns");
    }
    const auto mask = static_cast<std::byte>(0x80U >> (index % 8));
    column.is_unsigned = (bits[index / 8] & mask) != std::byte{0};
    column.has_known_signedness = true;
    ++index;
  }
  return ok();
}

std::optional<std::string_view> read_text(ByteCursor& cursor) noexcept {
  const auto size = cursor.read_lenenc();
  const auto bytes = size ? cursor.read_bytes(*size) : std::nullopt;
  if (!bytes) {
    return std::nullopt;
  }
  return as_text(*bytes);
}

Status MetadataReader::read_names(ByteCursor value) {
  for (Column& column : schema_.columns) {
    const auto name = read_text(value);
    if (!name) {
      return corrupt("a column's name is cut off");
    }
    column.name = *name;
  }
  if (value.remaining() != 0) {
    return corrupt("more names than columns");
  }
  schema_.has_names = true;
  return ok();
}

Status MetadataReader::read_labels(ByteCursor value, ColumnType type) {
  for (Column* column : columns_where([type](const Column& c) { return c.type == type; })) {
    const auto count = value.read_lenenc();
    if (!count || *count > value.remaining()) {
      return corrupt("the labels of a column are cut off");
    }
    RawLabels raw{.column = column, .labels = {}};
    raw.labels.reserve(*count);
    for (std::uint64_t i = 0; i < *count; ++i) {
      const auto label = read_text(value);
      if (!label) {
        return corrupt("the labels of a column are cut off");
      }
      raw.labels.push_back(*label);
    }
    labels_.push_back(std::move(raw));
  }
  return value.remaining() == 0 ? ok() : Status{corrupt("more labels than columns have some")};
}

Status MetadataReader::read_primary_key(ByteCursor value, bool has_prefixes) {
  schema_.primary_key.clear();
  while (value.remaining() != 0) {
    const auto index = value.read_lenenc();
    if (!index || *index >= schema_.columns.size() || (has_prefixes && !value.read_lenenc())) {
      return corrupt("the primary key is damaged");
    }
    schema_.primary_key.push_back(static_cast<std::uint16_t>(*index));
  }
  return ok();
}

Status MetadataReader::read_field(MetadataKind kind, ByteCursor value) {
  switch (kind) {
    case MetadataKind::Signedness: return read_signedness(value);
    case MetadataKind::DefaultCharset: return read_default_charset(value, character_columns());
    case MetadataKind::ColumnCharset: return read_column_charsets(value, character_columns());
    case MetadataKind::ColumnName: return read_names(value);
    case MetadataKind::SetValues: return read_labels(value, ColumnType::Set);
    case MetadataKind::EnumValues: return read_labels(value, ColumnType::Enum);
    case MetadataKind::SimplePrimaryKey: return read_primary_key(value, false);
    case MetadataKind::PrimaryKeyWithPrefix: return read_primary_key(value, true);
    case MetadataKind::EnumAndSetDefaultCharset:
      return read_default_charset(value, label_columns());
    case MetadataKind::EnumAndSetColumnCharset: return read_column_charsets(value, label_columns());
    case MetadataKind::GeometryType:
    case MetadataKind::ColumnVisibility:
    case MetadataKind::VectorDimensionality: return ok();
  }
  return ok();
}

bool is_utf8_as_it_stands(std::string_view label, LabelEncoding encoding) noexcept {
  if (encoding == LabelEncoding::AsciiSuperset) {
    return std::ranges::all_of(label, [](char c) { return (c & 0x80) == 0; });
  }
  return encoding == LabelEncoding::Utf8;
}

void MetadataReader::assign_labels() {
  for (const RawLabels& raw : labels_) {
    if (!raw.column->has_known_collation) {
      continue;
    }
    const LabelEncoding encoding = label_encoding(raw.column->collation);
    if (std::ranges::all_of(raw.labels, [encoding](std::string_view label) {
          return is_utf8_as_it_stands(label, encoding);
        })) {
      raw.column->labels.assign(raw.labels.begin(), raw.labels.end());
    }
  }
}

}  // namespace

Status read_optional_metadata(ByteCursor cursor, Flavour flavour, TableSchema& schema) {
  MetadataReader reader{flavour, schema};
  while (cursor.remaining() != 0) {
    const auto kind = cursor.read_le<std::uint8_t>();
    const auto size = cursor.read_lenenc();
    const auto value = size ? cursor.read_bytes(*size) : std::nullopt;
    if (!kind || !value) {
      return corrupt("a field is cut off");
    }
    if (auto status = reader.read_field(static_cast<MetadataKind>(*kind), ByteCursor{*value});
        !status) {
      return std::move(status).error();
    }
  }
  reader.assign_labels();
  return ok();
}

}  // namespace replikey::decode
