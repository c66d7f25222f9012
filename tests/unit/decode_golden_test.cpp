// Whole binlogs of real servers. Beside each lies the .sql that made it and, as .txt, what the
// decoder says about it; REPLIKEY_UPDATE_GOLDENS=1 writes the latter anew.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "support/event_builder.hpp"
#include <gtest/gtest.h>

#include "replikey/decode/decoder.hpp"
#include "replikey/model/event_framer.hpp"

namespace replikey::decode {
namespace {

using test::bytes_of;
using test::to_hex;

std::string describe(const TableSchema& schema) {
  std::string text = "map " + schema.database + "." + schema.table + "\n";
  for (const Column& c : schema.columns) {
    text += "  " + c.name + " type=" + std::to_string(static_cast<unsigned>(c.type)) +
            " width=" + std::to_string(c.width);
    const auto add = [&text](const char* name, std::uint64_t value) {
      text += value == 0 ? "" : std::string{" "} + name + "=" + std::to_string(value);
    };
    add("max_bytes", c.max_bytes);
    add("precision", c.precision);
    add("scale", c.scale);
    add("bits", c.bits);
    text += c.has_known_collation ? " collation=" + std::to_string(c.collation) : "";
    text += c.has_known_signedness ? (c.is_unsigned ? " unsigned" : " signed") : "";
    text += c.is_nullable ? "" : " not-null";
    for (const std::string& label : c.labels) {
      text += " '" + label + "'";
    }
    text += '\n';
  }
  for (const std::uint16_t index : schema.primary_key) {
    text += "  key " + schema.columns.at(index).name + "\n";
  }
  return text;
}

std::string describe(Row row) {
  std::string text;
  for (const Cell& cell : row) {
    text += cell.is_absent() ? " -" : cell.is_null() ? " NULL" : " " + to_hex(cell.bytes()) + ".";
  }
  return text;
}

std::string describe_rows(const Rows& rows, RowCursor& cursor) {
  std::string text;
  cursor.reset(*rows.table->schema, rows);
  RowChange change;
  while (true) {
    const auto more = cursor.next(change);
    if (!more) {
      return text + "error: " + more.error().message() + "\n";
    }
    if (!*more) {
      return text + (rows.ends_statement ? "" : "  statement goes on\n");
    }
    text += std::string{to_string(change.operation)} + " " + rows.table->schema->table + "\n";
    text += change.before.empty() ? "" : "  before" + describe(change.before) + "\n";
    text += change.after.empty() ? "" : "  after" + describe(change.after) + "\n";
  }
}

std::string describe(const StatementEvent& event) {
  std::string text =
      "statement kind=" + std::to_string(static_cast<unsigned>(event.statement.kind)) +
      " in=" + std::string{event.database};
  for (const TableName& name : event.statement.tables) {
    text += " " + name.database + "." + name.table;
  }
  return text + (event.ends_transaction ? " ends" : "") + "\n";
}

/// What a stream of events says, event by event.
class Transcriber {
 public:
  std::string add(std::string_view bytes) {
    const auto event = framer_.frame(bytes_of(bytes));
    if (!event) {
      return "error: " + event.error().message() + "\n";
    }
    const auto decoded = decoder_.decode(*event);
    if (!decoded) {
      return "error: " + decoded.error().message() + "\n";
    }
    return std::visit([this](const auto& what) { return tell(what); }, *decoded);
  }

  Transcriber() { framer_.reset(ChecksumAlgorithm::None, "bin.000001", 4); }

 private:
  std::string tell(const Nothing&) { return {}; }
  std::string tell(const TransactionBegin& begin) {
    return "begin " + to_string(begin.gtid) + (begin.committed_at_us != 0 ? " timed\n" : "\n");
  }
  std::string tell(const TableMapped& mapped) {
    return seen_.insert(mapped.table.get()).second ? describe(*mapped.table->schema) : "";
  }
  std::string tell(const Rows& rows) { return describe_rows(rows, cursor_); }
  std::string tell(const TransactionEnd& end) { return end.is_committed ? "end\n" : "rollback\n"; }
  std::string tell(const StatementEvent& event) { return describe(event); }
  std::string tell(const GtidState& state) { return "state " + state.executed.to_string() + "\n"; }

  EventFramer framer_;
  Decoder decoder_;
  RowCursor cursor_;
  std::set<const TableMap*> seen_;
};

std::filesystem::path golden(const std::string& name) {
  return std::filesystem::path{REPLIKEY_TEST_GOLDENS} / "binlog" / name;
}

class Golden : public testing::TestWithParam<const char*> {};

TEST_P(Golden, SaysWhatItsSqlDid) {
  const std::string name = GetParam();
  const auto events = test::read_binlog(golden(name + ".binlog"));
  ASSERT_FALSE(events.empty());
  Transcriber transcriber;
  std::string transcript;
  for (const std::string& event : events) {
    transcript += transcriber.add(event);
  }
  if (std::getenv("REPLIKEY_UPDATE_GOLDENS") != nullptr) {
    std::ofstream{golden(name + ".txt")} << transcript;
  }
  std::ifstream in{golden(name + ".txt")};
  const std::string expected{std::istreambuf_iterator<char>{in}, {}};
  EXPECT_EQ(transcript, expected);
}

// Cuts each event at each byte, behind a right header and checksum, in the state it comes in.
TEST_P(Golden, SurvivesEveryTruncation) {
  const auto events = test::read_binlog(golden(std::string{GetParam()} + ".binlog"));
  EventFramer framer;
  framer.reset(ChecksumAlgorithm::None, "bin.000001", 4);
  Decoder decoder;
  RowCursor cursor;
  for (const std::string& bytes : events) {
    const auto event = framer.frame(bytes_of(bytes));
    ASSERT_TRUE(event) << event.error().message();
    for (std::size_t size = 0; size < event->body.size(); ++size) {
      // A copy, so that a read behind the end is one behind an allocation.
      const std::vector<std::byte> body{event->body.begin(),
                                        event->body.begin() + static_cast<std::ptrdiff_t>(size)};
      RawEvent cut = *event;
      cut.body = body;
      Decoder copy = decoder;
      const auto decoded = copy.decode(cut);
      if (decoded && std::holds_alternative<Rows>(*decoded)) {
        (void)describe_rows(std::get<Rows>(*decoded), cursor);
      }
    }
    ASSERT_TRUE(decoder.decode(*event));
  }
}

// The bytes a decoder believes are the server's, but a checksum can be off: any must be survived.
TEST_P(Golden, SurvivesEveryFlippedByte) {
  const auto events = test::read_binlog(golden(std::string{GetParam()} + ".binlog"));
  EventFramer framer;
  framer.reset(ChecksumAlgorithm::None, "bin.000001", 4);
  Decoder decoder;
  RowCursor cursor;
  for (const std::string& bytes : events) {
    const auto event = framer.frame(bytes_of(bytes));
    ASSERT_TRUE(event);
    std::vector<std::byte> body{event->body.begin(), event->body.end()};
    RawEvent damaged = *event;
    damaged.body = body;
    for (std::byte& b : body) {
      const std::byte kept = b;
      for (const std::byte value :
           {kept ^ std::byte{0x01}, kept ^ std::byte{0x80}, std::byte{0xFF}, std::byte{0x00}}) {
        b = value;
        Decoder copy = decoder;
        const auto decoded = copy.decode(damaged);
        if (decoded && std::holds_alternative<Rows>(*decoded)) {
          (void)describe_rows(std::get<Rows>(*decoded), cursor);
        }
      }
      b = kept;
    }
    ASSERT_TRUE(decoder.decode(*event));
  }
}

INSTANTIATE_TEST_SUITE_P(Servers, Golden,
                         testing::Values("mysql-5.6-bare", "mysql-9.7-full", "mariadb-10.11-bare",
                                         "mariadb-10.11-full"),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           std::erase_if(name, [](char c) { return c == '-' || c == '.'; });
                           return name;
                         });

// Captures of MySQL 5.7, one folder for each type of event; kept outside the repository.
TEST(Captures, DecodeToTheirEnd) {
  const char* folder = std::getenv("REPLIKEY_TEST_DATA");
  const std::filesystem::path captures =
      std::filesystem::path{folder != nullptr ? folder : REPLIKEY_TEST_DATA} / "captures";
  if (!std::filesystem::is_directory(captures)) {
    GTEST_SKIP() << "no " << captures << "; REPLIKEY_TEST_DATA names the folder";
  }
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator{captures}) {
    Transcriber transcriber;
    for (const std::string& event : test::read_binlog(entry.path() / "log.bin")) {
      ++count;
      const std::string said = transcriber.add(event);
      const bool is_load = said.find("LOAD DATA was logged as a statement") != std::string::npos;
      EXPECT_TRUE(is_load || said.find("error") == std::string::npos)
          << entry.path() << ": " << said;
      if (is_load) {
        break;
      }
    }
  }
  EXPECT_GT(count, 100U);
}

}  // namespace
}  // namespace replikey::decode
