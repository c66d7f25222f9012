#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "replikey/base/result.hpp"
#include "replikey/model/catalog_table.hpp"
#include "replikey/model/column.hpp"
#include "replikey/model/flavour.hpp"

namespace replikey::decode {

/// A TABLE_MAP event, decoded: the table that row events name by `table_id`. Immutable once made;
/// events with the same bytes share one, so its address stands for its content.
/// Layout: docs/formats/binlog.md. Thread: any.
struct TableMap {
  std::uint64_t table_id = 0;
  std::shared_ptr<const TableSchema>
      schema;  ///< Columns named "@1", … where the event has no names.
};

/// `body` is the event after its header. `flavour` decides which columns its charsets are counted
/// over. Fails with CorruptData when bytes contradict the format, Unsupported for a column type
/// nobody knows. Types that are known but whose values cannot be decoded are let through: they
/// matter when a row is walked, not to the tables beside them.
[[nodiscard]] Result<TableMap> decode_table_map(std::span<const std::byte> body,
                                                Flavour flavour = Flavour::MySql);

/// The event's schema completed by what the catalogue says: names, signedness, charsets, labels,
/// primary key where the event is silent, and what no event tells (JSON in MariaDB) always.
/// Fails with Rejected when the shape (count and types of the columns) does not agree: then the
/// catalogue speaks of another version of the table. The message names the column and both types.
[[nodiscard]] Result<std::shared_ptr<const TableSchema>> complete_schema(
    const TableSchema& event, const CatalogTable& catalog);

}  // namespace replikey::decode
