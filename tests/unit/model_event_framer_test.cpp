#include <string>

#include "support/event_builder.hpp"
#include <gtest/gtest.h>

#include "replikey/model/event_framer.hpp"

namespace replikey {
namespace {

using test::bytes_of;
using test::EventBuilder;
using test::fix_checksum;
using test::le;

std::string place(const RawEvent& event) {
  return *event.file + ":" + std::to_string(event.start) + "-" + std::to_string(event.end);
}

std::string message(const Result<RawEvent>& result) {
  return result ? "no error" : result.error().message();
}

EventFramer framer(ChecksumAlgorithm algorithm = ChecksumAlgorithm::Crc32) {
  EventFramer framer;
  framer.reset(algorithm, "bin.000001", 4);
  return framer;
}

TEST(EventFramer, GivesHeaderBodyAndPlaceWithoutTheChecksum) {
  auto f = framer();
  const auto built = EventBuilder{}.format_description().xid(9);
  ASSERT_TRUE(f.frame(bytes_of(built.events()[0])));
  const auto event = f.frame(bytes_of(built.events()[1]));
  ASSERT_TRUE(event) << message(event);
  EXPECT_EQ(event->header.type, EventType::Xid);
  EXPECT_EQ(event->header.server_id, 1U);
  EXPECT_EQ(event->header.timestamp, 1700000000U);
  EXPECT_EQ(event->body.size(), 8U);
  EXPECT_EQ(event->start, 4 + built.events()[0].size());
  EXPECT_EQ(event->end, event->start + 19 + 8 + 4);
  EXPECT_EQ(f.offset(), event->end);
}

TEST(EventFramer, TakesTheChecksumAlgorithmFromEachFormatDescription) {
  // Asked for none, the log has CRC-32: only the first artificial ROTATE goes without.
  auto f = framer(ChecksumAlgorithm::None);
  const auto first = EventBuilder{false}.artificial_rotate("bin.000001");
  ASSERT_TRUE(f.frame(bytes_of(first.events()[0])));
  const auto rest = EventBuilder{}
                        .format_description()
                        .xid()
                        .rotate("bin.000002")
                        .artificial_rotate("bin.000002");
  for (const std::string& event : rest.events()) {
    const auto framed = f.frame(bytes_of(event));
    ASSERT_TRUE(framed) << message(framed);
  }
  EXPECT_EQ(f.file(), "bin.000002");
  const auto last = EventBuilder{false}.format_description().xid();
  for (const std::string& event : last.events()) {
    const auto framed = f.frame(bytes_of(event));
    ASSERT_TRUE(framed) << message(framed);
  }
}

TEST(EventFramer, KnowsThatOldServersWriteNoChecksumByte) {
  auto f = framer(ChecksumAlgorithm::None);
  std::string event = EventBuilder{false}.format_description("5.5.62-log").events()[0];
  event.resize(event.size() - 5);
  event.replace(9, 4, le(event.size(), 4));
  event.replace(13, 4, le(event.size() + 4, 4));
  const auto framed = f.frame(bytes_of(event));
  ASSERT_TRUE(framed) << message(framed);
  EXPECT_TRUE(f.frame(bytes_of(EventBuilder(false, framed->end).xid().events()[0])));
}

TEST(EventFramer, AcceptsAFormatDescriptionOfAFileInUse) {
  std::string event = EventBuilder{}.format_description().events()[0];
  event[17] = '\x01';  // set after the checksum was computed
  auto f = framer();
  EXPECT_TRUE(f.frame(bytes_of(event)));
}

TEST(EventFramer, NamesTheFileARotateStandsInAndFollowsIt) {
  auto f = framer();
  const auto built = EventBuilder{}.rotate("bin.000002").artificial_rotate("bin.000002").xid();
  const auto rotate = f.frame(bytes_of(built.events()[0]));
  ASSERT_TRUE(rotate) << message(rotate);
  EXPECT_EQ(place(*rotate), "bin.000001:4-" + std::to_string(4 + built.events()[0].size()));
  EXPECT_EQ(f.file(), "bin.000002");
  EXPECT_EQ(f.offset(), 4U);
  const auto again = f.frame(bytes_of(built.events()[1]));
  ASSERT_TRUE(again) << message(again);
  EXPECT_EQ(place(*again), "bin.000002:4-4");
  const auto xid = f.frame(bytes_of(built.events()[2]));
  ASSERT_TRUE(xid) << message(xid);
  EXPECT_EQ(xid->start, 4U);
}

TEST(EventFramer, LetsArtificialEventsAndHeartbeatsNotMoveTheOffset) {
  auto f = framer();
  EventBuilder built;
  built.artificial_rotate("bin.000009", 5000);
  built.event(EventType::Heartbeat, "bin.000009");
  built.event(EventType::HeartbeatV2, std::string{"\x01\x01x\x00", 4});
  built.event(EventType::MariaGtidList, le(0, 4), EventHeader::kArtificial);
  built.without_position().format_description();
  for (const std::string& event : built.events()) {
    const auto framed = f.frame(bytes_of(event));
    ASSERT_TRUE(framed) << message(framed);
    EXPECT_EQ(f.offset(), 5000U);
  }
  EXPECT_EQ(f.file(), "bin.000009");
}

TEST(EventFramer, FollowsALeapOfADumpByGtid) {
  auto f = framer();
  const auto built = EventBuilder{}.format_description().leap(1000).xid();
  ASSERT_TRUE(f.frame(bytes_of(built.events()[0])));
  const auto xid = f.frame(bytes_of(built.events()[1]));
  ASSERT_TRUE(xid) << message(xid);
  EXPECT_EQ(xid->start, 4 + built.events()[0].size() + 1000);
}

TEST(EventFramer, CountsOnWhereMariaDbWritesNoPosition) {
  auto f = framer();
  const auto built = EventBuilder{}.xid().without_position().xid().without_position().xid().xid();
  std::uint64_t expected = 4;
  for (const std::string& event : built.events()) {
    const auto framed = f.frame(bytes_of(event));
    ASSERT_TRUE(framed) << message(framed);
    EXPECT_EQ(framed->start, expected);
    expected += event.size();
  }
}

TEST(EventFramer, KeepsPositionsBeyondFourGibibytes) {
  constexpr std::uint64_t kStart = (1ULL << 32U) - 40;
  EventFramer f;
  f.reset(ChecksumAlgorithm::Crc32, "bin.000001", kStart);
  const auto built = EventBuilder(true, kStart).xid().xid().xid();
  for (const std::string& event : built.events()) {
    const auto framed = f.frame(bytes_of(event));
    ASSERT_TRUE(framed) << message(framed);
  }
  EXPECT_EQ(f.offset(), kStart + 3 * 31);
}

TEST(EventFramer, RefusesAPositionThatGoesBack) {
  EventFramer f;
  f.reset(ChecksumAlgorithm::Crc32, "bin.000001", 5000);
  const auto framed = f.frame(bytes_of(EventBuilder{}.xid().events()[0]));
  ASSERT_FALSE(framed);
  EXPECT_EQ(framed.error().code(), ErrorCode::CorruptData);
  EXPECT_NE(message(framed).find("bin.000001:5000: XID says it ends at 35"), std::string::npos)
      << message(framed);
}

TEST(EventFramer, FindsEveryFlippedBit) {
  const std::string good = EventBuilder{}.xid(77).events()[0];
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string event = good;
    event[bit / 8] = static_cast<char>(event[bit / 8] ^ (1 << (bit % 8)));
    if (event[4] == '\x0f') {
      continue;  // became a FORMAT_DESCRIPTION, tested below
    }
    auto f = framer();
    const auto framed = f.frame(bytes_of(event));
    ASSERT_FALSE(framed) << bit;
    EXPECT_EQ(framed.error().code(), ErrorCode::CorruptData);
  }
}

TEST(EventFramer, RefusesEveryTruncation) {
  const auto built = EventBuilder{}.format_description().rotate("bin.000002").xid();
  for (const std::string& event : built.events()) {
    for (std::size_t size = 0; size < event.size(); ++size) {
      auto f = framer();
      EXPECT_FALSE(f.frame(bytes_of(event.substr(0, size))));
      std::string resized = event.substr(0, size);
      if (size >= 23) {  // whole as far as header and checksum go
        resized.replace(9, 4, le(size, 4));
        fix_checksum(resized);
        (void)f.frame(bytes_of(resized));
      }
    }
  }
}

TEST(EventFramer, StaysUsableForAReset) {
  auto f = framer();
  EXPECT_FALSE(f.frame(bytes_of("short")));
  EXPECT_EQ(f.offset(), 4U);
  f.reset(ChecksumAlgorithm::Crc32, "bin.000003", 4);
  EXPECT_TRUE(f.frame(bytes_of(EventBuilder{}.xid().events()[0])));
}

TEST(EventType, HasTheServersNames) {
  EXPECT_EQ(to_string(EventType::WriteRowsV2), "WRITE_ROWS_V2");
  EXPECT_EQ(to_string(EventType::MariaPartialRowData), "PARTIAL_ROW_DATA");
  EXPECT_EQ(to_string(static_cast<EventType>(99)), "event type");
}

}  // namespace
}  // namespace replikey
