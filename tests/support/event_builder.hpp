#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "replikey/model/event_type.hpp"

namespace replikey::test {

/// `value` in `width` bytes, little-endian.
std::string le(std::uint64_t value, std::size_t width);
/// A length-encoded integer, and a text behind its length.
std::string lenenc(std::uint64_t value);
std::string lenenc_text(std::string_view text);
/// "00ff10" as bytes.
std::string from_hex(std::string_view hex);
std::string to_hex(std::span<const std::byte> bytes);
std::span<const std::byte> bytes_of(std::string_view text);

/// What a TABLE_MAP says.
struct TableMapSpec {
  std::uint64_t id = 1;
  std::string database = "shop";
  std::string table = "article";
  std::string types;      ///< One byte per column.
  std::string metadata;   ///< As the types want it.
  std::string null_bits;  ///< Empty: every column is nullable.
  std::string optional_metadata;

  /// Appends a field of the optional metadata.
  TableMapSpec& with(std::uint8_t kind, std::string_view value);
  [[nodiscard]] std::string body() const;
};

/// What a rows event says; images are whole, null bitmaps included.
struct RowsSpec {
  std::uint64_t table_id = 1;
  std::uint16_t flags = 1;  ///< 1: the statement ends.
  std::size_t column_count = 1;
  std::string present;        ///< Bitmap before, or the only one; empty: all columns.
  std::string after_present;  ///< UPDATE: bitmap after; empty: all columns.
  std::string images;
  std::string extra;  ///< Version 2: what follows the length that counts itself.
};

/// Makes events as a server would, one after the other: EventBuilder{}.format_description()
/// .gtid(1).begin().table_map(…).write_rows(…).xid(7).events(). Positions, sizes and checksums
/// are right unless damaged afterwards.
class EventBuilder {
 public:
  explicit EventBuilder(bool has_checksum = true, std::uint64_t offset = 4)
      : has_checksum_{has_checksum}, offset_{offset} {}

  EventBuilder& event(EventType type, std::string_view body, std::uint16_t flags = 0);
  /// The next event's position is written as 0, as MariaDB 11.4 does inside a transaction.
  EventBuilder& without_position();
  /// Positions leap: a dump by GTID left something out.
  EventBuilder& leap(std::uint64_t bytes);

  EventBuilder& format_description(std::string_view version = "8.4.0");
  EventBuilder& artificial_rotate(std::string_view file, std::uint64_t position = 4);
  EventBuilder& rotate(std::string_view file);
  EventBuilder& query(std::string_view sql, std::string_view database = "shop",
                      std::uint64_t sql_mode = 0);
  EventBuilder& begin() { return query("BEGIN"); }
  EventBuilder& commit() { return query("COMMIT"); }
  EventBuilder& xid(std::uint64_t number = 1);
  EventBuilder& gtid(std::uint64_t sequence);
  EventBuilder& anonymous_gtid();
  EventBuilder& maria_gtid(std::uint64_t sequence, std::uint8_t flags = 0);
  EventBuilder& table_map(const TableMapSpec& spec);
  EventBuilder& rows(EventType type, const RowsSpec& spec);

  [[nodiscard]] const std::vector<std::string>& events() const { return events_; }

 private:
  bool has_checksum_;
  bool has_position_ = true;
  std::uint64_t offset_;
  std::vector<std::string> events_;
};

/// Recomputes the last four bytes of a damaged event.
void fix_checksum(std::string& event);

/// The events of a binlog file, checksums included. Empty when there is no such file.
std::vector<std::string> read_binlog(const std::filesystem::path& path);

}  // namespace replikey::test
