#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "support/event_builder.hpp"
#include <gtest/gtest.h>

#include "replikey/decode/decoder.hpp"
#include "replikey/model/event_framer.hpp"

// g++ with optimisation takes malloc and free in these for a mistake.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace {
std::size_t allocation_count = 0;
}  // namespace

void* operator new(std::size_t size) {
  ++allocation_count;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) {
    return memory;
  }
  throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}

namespace replikey::decode {
namespace {

using test::bytes_of;
using test::EventBuilder;
using test::from_hex;
using test::le;
using test::lenenc_text;
using test::RowsSpec;
using test::TableMapSpec;

constexpr std::uint8_t kStandalone = 1;

TableMapSpec two_ints() {
  TableMapSpec spec;
  spec.id = 7;
  spec.types = "\x03\x03";
  return spec;
}

RowsSpec rows_of(std::string images, std::uint16_t flags = 1) {
  return RowsSpec{.table_id = 7,
                  .flags = flags,
                  .column_count = 2,
                  .present = {},
                  .after_present = {},
                  .images = std::move(images),
                  .extra = {}};
}

std::string row(std::uint32_t a, std::uint32_t b) {
  return std::string(1, '\0') + le(a, 4) + le(b, 4);
}

/// One word per event, so that a stream's meaning fits on a line.
class Stream {
 public:
  Stream() { framer_.reset(ChecksumAlgorithm::Crc32, "bin.000001", 4); }

  std::string read(const EventBuilder& built) {
    std::string words;
    for (const std::string& bytes : built.events()) {
      words += words.empty() ? "" : " ";
      words += word(bytes);
    }
    return words;
  }

  const Error& error() const { return error_; }
  Decoder& decoder() { return decoder_; }

 private:
  std::string word(const std::string& bytes) {
    const auto event = framer_.frame(bytes_of(bytes));
    if (!event) {
      return "frame:" + event.error().message();
    }
    auto decoded = decoder_.decode(*event);
    if (!decoded) {
      error_ = decoded.error();
      return "error";
    }
    return std::visit([](const auto& what) { return tell(what); }, *decoded);
  }
  static std::string tell(const Nothing&) { return "-"; }
  static std::string tell(const TransactionBegin& begin) {
    return "begin(" + to_string(begin.gtid) + ")";
  }
  static std::string tell(const TableMapped&) { return "map"; }
  static std::string tell(const Rows& rows) { return std::string{to_string(rows.operation)}; }
  static std::string tell(const TransactionEnd& end) {
    return end.is_committed ? "end" : "rollback";
  }
  static std::string tell(const StatementEvent& event) {
    return event.ends_transaction ? "statement-ends" : "statement";
  }
  static std::string tell(const GtidState& state) { return "state=" + state.executed.to_string(); }

  EventFramer framer_;
  Decoder decoder_;
  Error error_{ErrorCode::Closed, ""};
};

std::string read(const EventBuilder& built) {
  return Stream{}.read(built);
}

/// The message an event gives, alone in an open transaction.
std::string refusal(EventType type, std::string_view body, ErrorCode code,
                    std::uint16_t flags = 0) {
  Stream stream;
  EXPECT_EQ(stream.read(EventBuilder{}.begin().event(type, body, flags)), "begin() error");
  EXPECT_EQ(stream.error().code(), code);
  return stream.error().message();
}

const std::string kGtid = "11111111-1111-1111-1111-111111111111";

TEST(Decoder, OpensATransactionAtItsGtidAndOnlyThere) {
  EXPECT_EQ(read(EventBuilder{}
                     .format_description()
                     .gtid(5)
                     .begin()
                     .table_map(two_ints())
                     .rows(EventType::WriteRowsV2, rows_of(row(1, 2)))
                     .xid()),
            "- begin(" + kGtid + ":5) - map insert end");
}

TEST(Decoder, TellsWhenATransactionWasCommitted) {
  EventFramer framer;
  framer.reset(ChecksumAlgorithm::Crc32, "bin.000001", 4);
  Decoder decoder;
  const auto built = EventBuilder{}.gtid(1);
  const auto decoded = decoder.decode(*framer.frame(bytes_of(built.events()[0])));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(std::get<TransactionBegin>(*decoded).committed_at_us, 1'700'000'000'000'000U);
}

TEST(Decoder, OpensATransactionAtBeginWhereThereAreNoGtids) {
  EXPECT_EQ(read(EventBuilder{}
                     .begin()
                     .table_map(two_ints())
                     .rows(EventType::UpdateRowsV1, rows_of(row(1, 2) + row(1, 3)))
                     .commit()
                     .query("CREATE TABLE t (a INT)")
                     .begin()
                     .query("ROLLBACK")),
            "begin() map update end statement-ends begin() rollback");
  EXPECT_EQ(read(EventBuilder{}.anonymous_gtid().begin().xid()), "begin() - end");
}

TEST(Decoder, EndsATransactionWithItsOnlyStatement) {
  EXPECT_EQ(read(EventBuilder{}.gtid(1).query("CREATE TABLE t (a INT)").gtid(2).begin().xid()),
            "begin(" + kGtid + ":1) statement-ends begin(" + kGtid + ":2) - end");
  EXPECT_EQ(read(EventBuilder{}
                     .maria_gtid(1, kStandalone)
                     .query("DROP TABLE t")
                     .maria_gtid(2)
                     .query("SAVEPOINT `a`")
                     .query("COMMIT")),
            "begin(0-1-1) statement-ends begin(0-1-2) statement end");
}

TEST(Decoder, LetsStatementsStandInsideATransaction) {
  EXPECT_EQ(read(EventBuilder{}
                     .gtid(1)
                     .begin()
                     .query("CREATE TABLE `t` (`a` int) START TRANSACTION")
                     .table_map(two_ints())
                     .rows(EventType::WriteRowsV2, rows_of(row(1, 2)))
                     .query("ROLLBACK TO `sp`")
                     .query("INSERT INTO t VALUES (1)")
                     .xid()),
            "begin(" + kGtid + ":1) - statement map insert statement statement end");
}

TEST(Decoder, FollowsXaTransactionsByTheirStatements) {
  EXPECT_EQ(read(EventBuilder{}.gtid(1).query("XA START X'61',X'',1").query("XA END X'61',X'',1")),
            "begin(" + kGtid + ":1) statement statement");
  EXPECT_EQ(read(EventBuilder{}.gtid(2).query("XA COMMIT X'61',X'',1").gtid(3)),
            "begin(" + kGtid + ":2) statement-ends begin(" + kGtid + ":3)");
}

TEST(Decoder, RefusesATransactionInsideAnother) {
  EXPECT_EQ(read(EventBuilder{}.gtid(1).begin().gtid(2)), "begin(" + kGtid + ":1) - error");
  EXPECT_EQ(read(EventBuilder{}.begin().begin()), "begin() error");
}

TEST(Decoder, RefusesRowsOutsideATransaction) {
  Stream stream;
  EXPECT_EQ(stream.read(EventBuilder{}.table_map(two_ints())), "error");
  EXPECT_EQ(stream.error().code(), ErrorCode::CorruptData);
}

TEST(Decoder, EndsWithoutCommitWhatAServerLeftOpen) {
  Stream stream;
  EXPECT_EQ(stream.read(EventBuilder{}.begin().table_map(two_ints()).format_description()),
            "begin() map rollback");
  EXPECT_FALSE(stream.decoder().in_transaction());
}

TEST(Decoder, ForgetsTableIdsWhenTheStatementEnds) {
  const auto rows = [](std::uint16_t flags) { return rows_of(row(1, 2), flags); };
  EXPECT_EQ(read(EventBuilder{}
                     .begin()
                     .table_map(two_ints())
                     .rows(EventType::WriteRowsV2, rows(0))
                     .rows(EventType::WriteRowsV2, rows(1))
                     .rows(EventType::WriteRowsV2, rows(1))),
            "begin() map insert insert error");
  EXPECT_EQ(read(EventBuilder{}
                     .begin()
                     .table_map(two_ints())
                     .xid()
                     .begin()
                     .rows(EventType::WriteRowsV2, rows(1))),
            "begin() map end begin() error");
}

TEST(Decoder, IgnoresDummyRowsThatOnlyEndAStatement) {
  for (const std::uint64_t id : {0xFFFFFFULL, 0xFFFFFFFFULL, 0xFFFFFFFFFFFFULL}) {
    auto dummy = rows_of("");
    dummy.table_id = id;
    EXPECT_EQ(read(EventBuilder{}
                       .begin()
                       .table_map(two_ints())
                       .rows(EventType::WriteRowsV2, dummy)
                       .rows(EventType::WriteRowsV2, rows_of(row(1, 2)))),
              "begin() map - error");
  }
}

TEST(Decoder, StepsOverExtraDataOfRows) {
  auto rows = rows_of(row(1, 2));
  rows.extra = from_hex("010100");  // partition 1
  EXPECT_EQ(read(EventBuilder{}.begin().table_map(two_ints()).rows(EventType::DeleteRowsV2, rows)),
            "begin() map delete");
}

TEST(Decoder, RefusesRowsOfAnotherShape) {
  auto rows = rows_of(row(1, 2));
  rows.column_count = 3;
  EXPECT_EQ(read(EventBuilder{}.begin().table_map(two_ints()).rows(EventType::WriteRowsV2, rows)),
            "begin() map error");
}

TEST(Decoder, SharesOneTableMapAmongEqualEvents) {
  EventFramer framer;
  framer.reset(ChecksumAlgorithm::Crc32, "bin.000001", 4);
  Decoder decoder;
  std::vector<const TableMap*> maps;
  std::vector<std::shared_ptr<const TableMap>> keep;
  auto other = two_ints();
  other.types = "\x03\x01";
  const auto built = EventBuilder{}
                         .begin()
                         .table_map(two_ints())
                         .xid()
                         .begin()
                         .table_map(two_ints())
                         .table_map(other);
  for (const std::string& event : built.events()) {
    auto decoded = decoder.decode(*framer.frame(bytes_of(event)));
    ASSERT_TRUE(decoded);
    if (const auto* mapped = std::get_if<TableMapped>(&*decoded)) {
      maps.push_back(mapped->table.get());
      keep.push_back(mapped->table);
    }
  }
  ASSERT_EQ(maps.size(), 3U);
  EXPECT_EQ(maps[0], maps[1]);
  EXPECT_NE(maps[0], maps[2]);
}

TEST(Decoder, BoundsTheTableMapsItKeeps) {
  Stream stream;
  std::uint64_t offset = 4;
  for (std::uint64_t id = 1; id < 10'000; ++id) {
    auto spec = two_ints();
    spec.id = id;
    const auto built = EventBuilder(true, offset).begin().table_map(spec).xid();
    ASSERT_EQ(stream.read(built), "begin() map end");
    for (const auto& event : built.events()) {
      offset += event.size();
    }
  }
}

TEST(Decoder, TellsWhatWasExecutedBefore) {
  const std::string list = le(0x10000001, 4) + le(1, 4) + le(2, 4) + le(3, 8);
  EXPECT_EQ(read(EventBuilder{}.event(EventType::MariaGtidList, list)), "state=1-2-3");
  EXPECT_EQ(read(EventBuilder{}.event(EventType::MariaGtidList, list, EventHeader::kArtificial)),
            "-");
  const auto set = *GtidSet::parse(kGtid + ":1-3:tag:1", Flavour::MySql);
  EXPECT_EQ(read(EventBuilder{}.event(EventType::PreviousGtids, set.encode())),
            "state=" + kGtid + ":1-3:tag:1");
}

TEST(Decoder, KnowsTheFlavour) {
  Stream stream;
  stream.read(EventBuilder{}.format_description("11.8.2-MariaDB-log"));
  EXPECT_EQ(stream.decoder().flavour(), Flavour::MariaDb);
  stream.read(EventBuilder(true, 200).format_description("9.7.0"));
  EXPECT_EQ(stream.decoder().flavour(), Flavour::MySql);
}

TEST(Decoder, PassesOverWhatNoReaderOfChangesNeeds) {
  for (const EventType type :
       {EventType::Stop, EventType::IntVar, EventType::Rand, EventType::UserVar,
        EventType::Heartbeat, EventType::HeartbeatV2, EventType::Ignorable, EventType::RowsQuery,
        EventType::TransactionContext, EventType::ViewChange, EventType::LargeTransactionHeader,
        EventType::MariaAnnotateRows, EventType::MariaBinlogCheckpoint}) {
    EXPECT_EQ(read(EventBuilder{}.event(type, "anything")), "-") << to_string(type);
  }
  EXPECT_EQ(read(EventBuilder{}.event(static_cast<EventType>(99), "x", EventHeader::kIgnorable)),
            "-");
  EXPECT_EQ(
      read(EventBuilder{}.event(EventType::MariaStartEncryption, "x", EventHeader::kIgnorable)),
      "-");
  EXPECT_EQ(read(EventBuilder{}.begin().query("# Dummy event replacing event type 160")),
            "begin() -");
}

TEST(Decoder, NamesTheTypeAndTheMendOfWhatItDoesNotDecode) {
  const auto names = [](EventType type, std::string_view part) {
    const std::string message = refusal(type, "body", ErrorCode::Unsupported);
    EXPECT_NE(message.find(part), std::string::npos) << message;
    EXPECT_TRUE(message.starts_with(to_string(type))) << message;
  };
  names(EventType::TransactionPayload, "SET GLOBAL binlog_transaction_compression=OFF");
  names(EventType::PartialUpdateRows, "SET GLOBAL binlog_row_value_options=''");
  names(EventType::MariaWriteRowsCompressedV1, "SET GLOBAL log_bin_compress=OFF");
  names(EventType::MariaQueryCompressed, "SET GLOBAL log_bin_compress=OFF");
  names(EventType::MariaPartialRowData, "binlog_row_event_fragment_threshold");
  names(EventType::ExecuteLoadQuery, "SET GLOBAL binlog_format=ROW");
  names(EventType::MariaStartEncryption, "encrypted");
  names(EventType::XaPrepare, "XA");
  names(EventType::PreGaWriteRows, "type 20");
  names(static_cast<EventType>(99), "type 99");
  refusal(EventType::TransactionPayload, "x", ErrorCode::Unsupported, EventHeader::kIgnorable);
}

TEST(Decoder, StopsAtAHoleInTheLog) {
  const std::string message = refusal(
      EventType::Incident, le(1, 2) + lenenc_text("error writing to the log"), ErrorCode::Rejected);
  EXPECT_NE(message.find("error writing to the log"), std::string::npos) << message;
  refusal(EventType::Incident, "", ErrorCode::Rejected);
}

TEST(Decoder, HeedsAnsiQuotes) {
  EventFramer framer;
  framer.reset(ChecksumAlgorithm::Crc32, "bin.000001", 4);
  Decoder decoder;
  const auto built = EventBuilder{}.query("DROP TABLE \"a\"", "db", 4);
  const auto decoded = decoder.decode(*framer.frame(bytes_of(built.events()[0])));
  ASSERT_TRUE(decoded);
  const auto& event = std::get<StatementEvent>(*decoded);
  ASSERT_EQ(event.statement.tables.size(), 1U);
  EXPECT_EQ(event.statement.tables[0].table, "a");
  EXPECT_EQ(event.database, "db");
  EXPECT_EQ(event.sql, "DROP TABLE \"a\"");
}

// By MySQL 9: version, size, last required field; then flags, uuid, number, tag and the rest.
TEST(Decoder, ReadsTaggedGtids) {
  std::string body = from_hex(
      "02"
      "7a"
      "18");
  body += from_hex("0000") + from_hex("02");
  for (int i = 0; i < 16; ++i) {
    body += from_hex("4502");  // 0x91 takes two bytes: (0x91 << 2) | 1
  }
  body += from_hex(
      "04"
      "1c");  // number 7: zigzag 14, shifted
  body += from_hex(
              "06"
              "08") +
          "tag1";  // tag
  body += from_hex(
      "08"
      "00");  // last committed
  Stream stream;
  EXPECT_EQ(stream.read(EventBuilder{}.event(EventType::GtidTagged, body)),
            "begin(91919191-9191-9191-9191-919191919191:tag1:7)");
  for (std::size_t size = 0; size < body.size(); ++size) {
    Stream cut;
    cut.read(EventBuilder{}.event(EventType::GtidTagged, body.substr(0, size)));
  }
}

TEST(Decoder, ForgetsTheOpenTransactionOnReset) {
  Stream stream;
  stream.read(EventBuilder{}.gtid(4).begin().table_map(two_ints()));
  stream.decoder().reset();
  EXPECT_FALSE(stream.decoder().in_transaction());
  EXPECT_EQ(stream.decoder().gtid(), Gtid{});
}

TEST(Decoder, AllocatesNothingForAKnownTablesRows) {
  std::string images;
  for (std::uint32_t i = 0; i < 100; ++i) {
    images += row(i, i);
  }
  const auto built = EventBuilder{}
                         .gtid(5)
                         .begin()
                         .table_map(two_ints())
                         .rows(EventType::WriteRowsV2, rows_of(images))
                         .xid();
  EventFramer framer;
  Decoder decoder;
  RowCursor cursor;
  RowChange change;
  std::size_t row_count = 0;
  std::size_t before = 0;
  for (int round = 0; round < 10; ++round) {
    if (round == 2) {  // the first rounds fill what is reused
      before = allocation_count;
    }
    framer.reset(ChecksumAlgorithm::Crc32, "bin.000001", 4);
    for (const std::string& bytes : built.events()) {
      const auto event = framer.frame(bytes_of(bytes));
      ASSERT_TRUE(event);
      const auto decoded = decoder.decode(*event);
      ASSERT_TRUE(decoded);
      if (const auto* rows = std::get_if<Rows>(&*decoded)) {
        cursor.reset(*rows->table->schema, *rows);
        while (*cursor.next(change)) {
          ++row_count;
        }
      }
    }
  }
  EXPECT_EQ(allocation_count, before);
  EXPECT_EQ(row_count, 1000U);
}

}  // namespace
}  // namespace replikey::decode
