#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "replikey/base/byte_cursor.hpp"
#include "replikey/value/document.hpp"
#include "replikey/value/time_zone.hpp"

// How many rows of the article table become documents in a second, on one thread.
namespace {

using replikey::Cell;
using replikey::Column;
using replikey::ColumnType;

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (; !hex.empty(); hex.remove_prefix(2)) {
    unsigned value = 0;
    std::from_chars(hex.data(), hex.data() + 2, value, 16);
    bytes.push_back(static_cast<char>(value));
  }
  return bytes;
}

struct Value {
  Column column;
  std::string bytes;
};

Column column_of(std::string name, ColumnType type) {
  Column column;
  column.name = std::move(name);
  column.type = type;
  column.has_known_signedness = true;
  column.has_known_collation = true;
  column.collation = 45;
  return column;
}

std::vector<Value> article() {
  std::vector<Value> row;
  row.push_back({column_of("id", ColumnType::LongLong), from_hex("d202964900000000")});
  row.push_back({column_of("title", ColumnType::Varchar), "Ten things about binary logs"});
  row.push_back({column_of("author", ColumnType::Varchar), "Zo\xC3\xAB \"Z\" Example"});
  row.push_back({column_of("status", ColumnType::Enum), from_hex("02")});
  row.back().column.labels = {"draft", "published", "archived"};
  row.push_back({column_of("views", ColumnType::Long), from_hex("39300000")});
  row.push_back({column_of("price", ColumnType::NewDecimal), from_hex("800004d22d")});
  row.back().column.precision = 10;
  row.back().column.scale = 2;
  row.push_back({column_of("created_at", ColumnType::Datetime2), from_hex("99bb2ca000")});
  row.push_back({column_of("updated_at", ColumnType::Timestamp2), from_hex("6930d9a0")});
  row.push_back({column_of("body", ColumnType::Blob), std::string(200, 'b')});
  row.push_back(
      {column_of("tags", ColumnType::Json), from_hex("0202001a000c0a000c1200076d617269616462"
                                                     "076d617269616462")});
  return row;
}

}  // namespace

int main() {
  const std::vector<Value> values = article();
  std::vector<Cell> cells;
  std::vector<Column> columns;
  std::vector<replikey::value::Member> members;
  for (const Value& value : values) {
    members.push_back({static_cast<std::uint16_t>(columns.size()),
                       replikey::value::quoted_name(value.column.name)});
    cells.push_back({.data = replikey::as_bytes(value.bytes).data(),
                     .size = static_cast<std::uint32_t>(value.bytes.size()),
                     .state = Cell::State::Value});
    columns.push_back(value.column);
  }
  const auto zone = replikey::value::TimeZone::find("Europe/Berlin");
  const replikey::value::Format format{.time_zone = zone ? zone->get() : nullptr};
  std::string out;
  constexpr int kRows = 2'000'000;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kRows; ++i) {
    out.clear();
    const auto status = replikey::value::append_document(out, cells, columns, members, format);
    if (!status) {
      std::puts(status.error().message().c_str());
      return 1;
    }
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  std::printf("%s\n%.0f rows/s, %.0f MB/s\n", out.c_str(), kRows / taken.count(),
              kRows / taken.count() * static_cast<double>(out.size()) / 1e6);
  return 0;
}
