#include "replikey/decode/table_map.hpp"

#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "column_shape.hpp"
#include "optional_metadata.hpp"

#include "replikey/base/byte_cursor.hpp"

namespace replikey::decode {

namespace {

Error cut_off(std::string_view what) {
  return Error{ErrorCode::CorruptData, "TABLE_MAP ends in its " + std::string{what}};
}

// A length, the name and a zero.
std::optional<std::string_view> read_name(ByteCursor& cursor) noexcept {
  const auto size = cursor.read_lenenc();
  const auto name = size ? cursor.read_bytes(*size) : std::nullopt;
  if (!name || cursor.read_le<std::uint8_t>() != 0) {
    return std::nullopt;
  }
  return as_text(*name);
}

Status read_columns(ByteCursor& cursor, TableSchema& schema) {
  const auto count = cursor.read_lenenc();
  if (!count || *count > std::numeric_limits<std::uint16_t>::max()) {
    return cut_off("count of columns");
  }
  const auto types = cursor.read_bytes(*count);
  const auto metadata_size = types ? cursor.read_lenenc() : std::nullopt;
  const auto metadata = metadata_size ? cursor.read_bytes(*metadata_size) : std::nullopt;
  const auto null_bits = metadata ? cursor.read_bytes((*count + 7) / 8) : std::nullopt;
  if (!null_bits) {
    return cut_off("types");
  }
  ByteCursor metadata_cursor{*metadata};
  schema.columns.reserve(*count);
  for (std::size_t i = 0; i < *count; ++i) {
    const std::string ordinal = std::to_string(i + 1);
    auto column = read_column_shape(std::to_integer<std::uint8_t>((*types)[i]), metadata_cursor);
    if (!column) {
      return std::move(column).error().with_context("column " + ordinal);
    }
    column->name = "@" + ordinal;
    column->is_nullable =
        ((*null_bits)[i / 8] & static_cast<std::byte>(1U << (i % 8))) != std::byte{0};
    schema.columns.push_back(*std::move(column));
  }
  if (metadata_cursor.remaining() != 0) {
    return Error{ErrorCode::CorruptData, "the columns' metadata is longer than their types say"};
  }
  return ok();
}

}  // namespace

Result<TableMap> decode_table_map(std::span<const std::byte> body, Flavour flavour) {
  ByteCursor cursor{body};
  TableMap map;
  const auto id = cursor.read_le<std::uint64_t, 6>();
  const auto flags = cursor.read_le<std::uint16_t>();
  const auto database = flags ? read_name(cursor) : std::nullopt;
  const auto table = database ? read_name(cursor) : std::nullopt;
  if (!id || !table) {
    return cut_off("names");
  }
  map.table_id = *id;
  auto schema = std::make_shared<TableSchema>();
  schema->database = *database;
  schema->table = *table;
  const std::string name = "table map of " + schema->database + "." + schema->table;
  if (auto status = read_columns(cursor, *schema); !status) {
    return std::move(status).error().with_context(name);
  }
  if (auto status = read_optional_metadata(cursor, flavour, *schema); !status) {
    return std::move(status).error().with_context(name);
  }
  map.schema = std::move(schema);
  return map;
}

}  // namespace replikey::decode
