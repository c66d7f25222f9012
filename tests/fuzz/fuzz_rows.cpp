// A table map of arbitrary bytes and rows of it: the first two bytes are the map's length, the
// third the operation; what follows the map is the presence bitmaps and the images.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "replikey/decode/rows.hpp"
#include "replikey/decode/table_map.hpp"
#include "replikey/model/flavour.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace replikey;
  if (size < 3) {
    return 0;
  }
  const std::size_t wanted = data[0] | (std::size_t{data[1]} << 8U);
  const auto operation = static_cast<Operation>(data[2] % 3);
  const auto bytes = std::as_bytes(std::span{data + 3, size - 3});
  const auto body = bytes.first(std::min(wanted, bytes.size()));
  const auto flavour = (data[2] & 0x80U) != 0 ? Flavour::MariaDb : Flavour::MySql;
  auto map = decode::decode_table_map(body, flavour);
  if (!map) {
    return 0;
  }
  // Copies, so that a read past either end is one past an allocation.
  const auto rest = bytes.subspan(body.size());
  const std::size_t bitmap = std::min((map->schema->columns.size() + 7) / 8, rest.size() / 2);
  const std::vector<std::byte> present{rest.begin(),
                                       rest.begin() + static_cast<std::ptrdiff_t>(bitmap)};
  const std::vector<std::byte> images{rest.begin() + static_cast<std::ptrdiff_t>(bitmap),
                                      rest.end()};
  const decode::Rows rows{.operation = operation,
                          .table = std::make_shared<const decode::TableMap>(*map),
                          .before_present = present,
                          .after_present = present,
                          .images = images,
                          .ends_statement = true};
  decode::RowCursor cursor;
  cursor.reset(*map->schema, rows);
  decode::RowChange change;
  std::size_t sum = 0;
  auto more = cursor.next(change);
  while (more && *more) {
    for (const Cell& cell : change.after) {
      for (const std::byte b : cell.bytes()) {
        sum += std::to_integer<std::size_t>(b);
      }
    }
    more = cursor.next(change);
  }
  return sum == static_cast<std::size_t>(-1) ? -1 : 0;  // keeps the reads
}
