// A stream of events of arbitrary bytes: framed, decoded, and its rows walked. The first byte
// chooses the flavour and the checksum, the rest is events behind a two-byte length each.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "support/event_builder.hpp"

#include "replikey/decode/decoder.hpp"
#include "replikey/model/event_framer.hpp"

namespace {

using replikey::ChecksumAlgorithm;
using replikey::EventFramer;
using replikey::RawEvent;
using replikey::decode::Decoder;
using replikey::decode::RowChange;
using replikey::decode::RowCursor;
using replikey::decode::Rows;

void take_in(Decoder& decoder, RowCursor& cursor, const RawEvent& event) {
  const auto decoded = decoder.decode(event);
  if (!decoded) {
    decoder.reset();
    return;
  }
  if (const auto* rows = std::get_if<Rows>(&*decoded)) {
    cursor.reset(*rows->table->schema, *rows);
    RowChange change;
    auto more = cursor.next(change);
    while (more && *more) {
      more = cursor.next(change);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  EventFramer framer;
  Decoder decoder;
  RowCursor cursor;
  framer.reset(ChecksumAlgorithm::None, "bin.000001", 4);
  const bool is_maria = (data[0] & 1U) != 0;
  const bool is_raw = (data[0] & 2U) != 0;  // straight to the decoder, past the framer's checks
  replikey::test::EventBuilder builder{false};
  builder.format_description(is_maria ? "11.8.2-MariaDB" : "9.7.0");
  const auto head = framer.frame(replikey::test::bytes_of(builder.events()[0]));
  take_in(decoder, cursor, *head);
  std::span<const std::uint8_t> rest{data + 1, size - 1};
  while (rest.size() > 3) {
    const std::size_t wanted = rest[0] | (std::size_t{rest[1]} << 8U);
    const auto type = static_cast<replikey::EventType>(rest[2]);
    const std::uint16_t flags = rest[3];
    rest = rest.subspan(4);
    const std::size_t length = wanted < rest.size() ? wanted : rest.size();
    const std::vector<std::uint8_t> bytes{rest.begin(),
                                          rest.begin() + static_cast<std::ptrdiff_t>(length)};
    rest = rest.subspan(length);
    if (is_raw) {
      RawEvent event;
      event.header.type = type;
      event.header.flags = flags;
      event.body = std::as_bytes(std::span{bytes});
      event.file = &framer.file();
      take_in(decoder, cursor, event);
    } else if (const auto event = framer.frame(std::as_bytes(std::span{bytes}))) {
      take_in(decoder, cursor, *event);
    }
  }
  return 0;
}
