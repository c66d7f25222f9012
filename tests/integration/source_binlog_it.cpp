// The stream of a real server's binary log: where it begins, how it ends, how it comes back.

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stop_token>
#include <thread>

#include "support/free_port.hpp"
#include "support/mysql_server.hpp"
#include "support/require_server.hpp"
#include "support/sql_client.hpp"
#include <gtest/gtest.h>

#include "replikey/base/byte_cursor.hpp"
#include "replikey/source/binlog_source.hpp"
#include "replikey/source/server_control.hpp"

namespace replikey::source {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using test::MysqlFlavour;
using test::MysqlOptions;
using test::MysqlServer;
using Kind = BinlogSource::Fetched::Kind;

mysql::ConnectionOptions connection_to(const MysqlServer& server) {
  const test::SqlAddress address = server.create_replication_user();
  mysql::ConnectionOptions options;
  options.hosts = {{address.host, address.port}};
  options.user = address.user;
  options.password = address.password;
  return options;
}

Options options_for(const mysql::ConnectionOptions& connection, std::string_view name = "test") {
  Options options;
  options.connection = connection;
  options.server_id = server_id_for(name);
  options.replica_uuid = uuid_for(name);
  options.heartbeat = milliseconds{300};
  options.backoff_max = milliseconds{500};
  return options;
}

/// Reads a stream as a consumer does: marks the end of each transaction, forgets an open one when
/// the stream is taken up again.
class Reader {
 public:
  explicit Reader(Options options) : source{std::move(options)} {}

  Status open(const ResumePoint& from, bool stop_at_end = false) {
    return source.open(from, stop.get_token(), stop_at_end);
  }

  /// One step; nothing when it fails, with the reason in `failure`.
  std::optional<Kind> step() {
    auto fetched = source.next(stop.get_token());
    if (!fetched) {
      failure = fetched.error();
      return std::nullopt;
    }
    if (fetched->kind == Kind::Event) {
      take(fetched->event);
    } else if (fetched->kind == Kind::Restarted) {
      ++restarts;
    } else if (fetched->kind == Kind::Idle) {
      ++heartbeats;
    }
    return fetched->kind;
  }

  bool read_until(const std::function<bool()>& done) {
    const auto deadline = steady_clock::now() + test::kPatience;
    while (!done()) {
      if (!step() || steady_clock::now() > deadline) {
        return false;
      }
    }
    return true;
  }
  bool read_transactions(int count) {
    return read_until([&] { return transactions >= count; });
  }

  std::stop_source stop;
  BinlogSource source;
  int transactions = 0;  ///< That ended in a commit.
  int restarts = 0;
  int heartbeats = 0;
  std::size_t largest_body = 0;
  std::optional<Error> failure;

 private:
  void take(const RawEvent& event) {
    largest_body = std::max(largest_body, event.body.size());
    ByteCursor cursor{event.body};
    switch (event.header.type) {
      case EventType::Gtid: {
        gtid_.kind = Gtid::Kind::MySql;
        EXPECT_TRUE(cursor.skip(1));
        const auto uuid = cursor.read_bytes(16);
        gtid_.sequence = *cursor.read_le<std::uint64_t>();
        std::copy(uuid->begin(), uuid->end(), gtid_.origin.uuid.begin());
        break;
      }
      case EventType::MariaGtid:
        gtid_.kind = Gtid::Kind::MariaDb;
        gtid_.sequence = *cursor.read_le<std::uint64_t>();
        gtid_.domain = *cursor.read_le<std::uint32_t>();
        gtid_.server = event.header.server_id;
        break;
      case EventType::Xid:
        ++transactions;
        source.mark_boundary(*event.file, event.end, gtid_);
        break;
      default: break;
    }
  }

  Gtid gtid_;
};

struct Case {
  MysqlFlavour flavour;
  bool by_gtid;
};

std::ostream& operator<<(std::ostream& out, const Case& value) {
  return out << value.flavour << (value.by_gtid ? "ByGtid" : "ByPosition");
}

std::string name_of(const ::testing::TestParamInfo<Case>& info) {
  return ::testing::PrintToString(info.param);
}

class Stream : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override { REPLIKEY_REQUIRE_SERVER(GetParam().flavour); }

  void start(MysqlOptions options = {}) {
    options.gtid = GetParam().by_gtid;
    server.emplace(GetParam().flavour, options);
    sql().exec(
        "CREATE DATABASE shop; CREATE TABLE shop.t (id INT PRIMARY KEY AUTO_INCREMENT, "
        "body LONGBLOB)");
    connection = connection_to(*server);
    reader.emplace(options_for(connection));
  }
  [[nodiscard]] test::SqlClient sql() const { return server->client(); }
  void insert(int count) const {
    test::SqlClient client = sql();
    for (int i = 0; i < count; ++i) {
      client.exec("INSERT INTO shop.t (body) VALUES ('x')");
    }
  }
  [[nodiscard]] ResumePoint latest() const {
    auto control = mysql::Connection::open(connection);
    EXPECT_TRUE(control) << control.error().message();
    auto point = latest_position(*control);
    EXPECT_TRUE(point) << point.error().message();
    return as_asked(std::move(*point));
  }
  /// MariaDB always has GTIDs: there a start by position is one without them.
  [[nodiscard]] static ResumePoint as_asked(ResumePoint point) {
    if (!GetParam().by_gtid) {
      point.has_whole_history = false;
      point.executed = {};
    }
    return point;
  }
  /// Empty while the server does not show it yet.
  [[nodiscard]] std::string dump_thread() const {
    const auto rows = sql().query(
        "SELECT ID FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'");
    return rows.empty() ? std::string{} : rows.front().front().value_or("");
  }

  std::optional<MysqlServer> server;
  mysql::ConnectionOptions connection;
  std::optional<Reader> reader;
};

TEST_P(Stream, BeginsWhereItIsToldAndFollowsTheLog) {
  start();
  insert(3);
  const ResumePoint from = latest();
  insert(5);
  sql().exec("FLUSH BINARY LOGS");
  insert(2);
  ASSERT_TRUE(reader->open(from));
  ASSERT_TRUE(reader->read_transactions(7)) << reader->failure->message();
  EXPECT_EQ(reader->transactions, 7);
  const auto end = server->binlog_end();
  EXPECT_EQ(reader->source.resume_point().position, (BinlogPosition{end.file, end.position}));
  if (GetParam().by_gtid) {
    EXPECT_EQ(reader->source.resume_point(), latest());
  }
  EXPECT_EQ(reader->source.identity().server_id, 1U);
}

TEST_P(Stream, BeginsAtTheOldestLogToo) {
  start();
  insert(3);
  auto control = mysql::Connection::open(connection);
  ASSERT_TRUE(control);
  auto from = earliest_position(*control);
  ASSERT_TRUE(from) << from.error().message();
  ASSERT_TRUE(reader->open(as_asked(*from)));
  ASSERT_TRUE(reader->read_transactions(3)) << reader->failure->message();
}

TEST_P(Stream, EndsWithTheLogWhenAskedTo) {
  start();
  const ResumePoint from = latest();
  insert(3);
  ASSERT_TRUE(reader->open(from, true));
  ASSERT_TRUE(reader->read_until([&] { return reader->step() == Kind::EndOfLog; }))
      << reader->failure->message();
  EXPECT_EQ(reader->transactions, 3);
  EXPECT_EQ(reader->step(), Kind::EndOfLog);
}

TEST_P(Stream, ShowsThatAnIdleServerLives) {
  start();
  ASSERT_TRUE(reader->open(latest()));
  ASSERT_TRUE(reader->read_until([&] { return reader->heartbeats >= 3; }));
  EXPECT_EQ(reader->restarts, 0);
}

TEST_P(Stream, GoesOnAfterItsConnectionWasKilled) {
  start();
  ASSERT_TRUE(reader->open(latest()));
  insert(3);
  ASSERT_TRUE(reader->read_transactions(3));
  for (int round = 1; round <= 2; ++round) {
    sql().exec("KILL " + dump_thread());
    insert(2);
    ASSERT_TRUE(reader->read_transactions(3 + 2 * round)) << reader->failure->message();
    EXPECT_EQ(reader->restarts, round);
  }
  EXPECT_EQ(reader->transactions, 7);
}

TEST_P(Stream, RepeatsATransactionThatWasNotMarked) {
  start();
  insert(1);
  const ResumePoint from = latest();
  ASSERT_TRUE(reader->open(from));
  // The first events of a transaction that no socket's buffer can hold, then the loss: it must
  // come again as a whole.
  {
    test::SqlClient client = sql();
    client.exec("BEGIN");
    for (int i = 0; i < 64; ++i) {
      client.exec("INSERT INTO shop.t (body) VALUES (REPEAT('x', 500000))");
    }
    client.exec("COMMIT");
  }
  bool has_rows = false;
  const auto deadline = steady_clock::now() + test::kPatience;
  std::stop_source stop;
  while (!has_rows && steady_clock::now() < deadline) {
    auto fetched = reader->source.next(stop.get_token());
    ASSERT_TRUE(fetched) << fetched.error().message();
    has_rows = fetched->kind == Kind::Event && fetched->event.header.type == EventType::TableMap;
  }
  sql().exec("KILL " + dump_thread());
  ASSERT_TRUE(reader->read_until([&] { return reader->restarts == 1; }));
  EXPECT_EQ(reader->transactions, 0);
  ASSERT_TRUE(reader->read_transactions(1));
}

TEST_P(Stream, GoesOnAfterTheServerWasRestarted) {
  start({.durable = true});
  ASSERT_TRUE(reader->open(latest()));
  insert(2);
  ASSERT_TRUE(reader->read_transactions(2));
  server->stop();
  server->start();
  insert(3);
  ASSERT_TRUE(reader->read_transactions(5)) << reader->failure->message();
  EXPECT_EQ(reader->restarts, 1);
  server->kill();
  server->start();
  insert(1);
  ASSERT_TRUE(reader->read_transactions(6)) << reader->failure->message();
  EXPECT_EQ(reader->restarts, 2);
}

TEST_P(Stream, CarriesEventsOfMoreThan16MiB) {
  start({.flags = {"--max-allowed-packet=64M", "--loose-innodb-log-file-size=256M"}});
  ASSERT_TRUE(reader->open(latest()));
  sql().exec("INSERT INTO shop.t (body) VALUES (REPEAT('0123456789abcdef', 2 * 1024 * 1024))");
  insert(1);
  ASSERT_TRUE(reader->read_transactions(2)) << reader->failure->message();
  EXPECT_GT(reader->largest_body, 32U * 1024 * 1024);
  EXPECT_EQ(reader->restarts, 0);
}

TEST_P(Stream, EndsPromptlyWhenAskedToStop) {
  start();
  ASSERT_TRUE(reader->open(latest()));
  steady_clock::time_point asked;
  std::jthread stopper{[&] {
    EXPECT_TRUE(test::wait_until([&] { return !dump_thread().empty(); }));
    asked = steady_clock::now();
    reader->stop.request_stop();
    reader->source.interrupt();
  }};
  EXPECT_FALSE(reader->read_until([] { return false; }));
  stopper.join();
  EXPECT_LT(steady_clock::now() - asked, seconds{2});
  ASSERT_TRUE(reader->failure);
  EXPECT_EQ(reader->failure->code(), ErrorCode::Closed) << reader->failure->message();
}

TEST_P(Stream, EndsPromptlyWhileTheServerIsAway) {
  start();
  ASSERT_TRUE(reader->open(latest()));
  server->stop();
  std::jthread stopper{[&] {
    std::this_thread::sleep_for(milliseconds{700});
    reader->stop.request_stop();
    reader->source.interrupt();
  }};
  EXPECT_FALSE(reader->read_until([] { return false; }));
  EXPECT_EQ(reader->failure->code(), ErrorCode::Closed) << reader->failure->message();
}

TEST_P(Stream, RefusesWhatTheServerHasPurged) {
  start();
  const ResumePoint from = latest();
  insert(2);
  sql().exec("FLUSH BINARY LOGS");
  insert(1);
  // MariaDB keeps a log until it has noted, a little later, that a crash would not need it.
  ASSERT_TRUE(test::wait_until([&] {
    sql().exec("PURGE BINARY LOGS TO '" + server->binlog_end().file + "'");
    return !std::filesystem::exists(server->binlog(from.position.file));
  }));
  auto opened = reader->open(from);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::Rejected);
  EXPECT_NE(opened.error().message().find("purged"), std::string::npos);
  EXPECT_NE(opened.error().message().find("replikey reset --config FILE --to earliest"),
            std::string::npos)
      << opened.error().message();
}

TEST_P(Stream, RefusesAHistoryThatTheServerDoesNotHave) {
  start();
  insert(1);
  ResumePoint from = latest();
  from.position.offset += 100'000;
  from.executed.merge(*GtidSet::parse(
      is_mariadb(GetParam().flavour) ? "0-1-99999" : "11111111-2222-3333-4444-555555555555:1-9",
      is_mariadb(GetParam().flavour) ? Flavour::MariaDb : Flavour::MySql));
  auto opened = reader->open(from);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::Rejected) << opened.error().message();
}

TEST_P(Stream, EndsWhenAnotherReplicaTakesItsId) {
  start();
  ASSERT_TRUE(reader->open(latest()));
  ASSERT_TRUE(reader->read_until([&] { return reader->heartbeats > 0; }));
  Reader second{options_for(connection)};
  ASSERT_TRUE(second.open(latest()));
  if (GetParam().flavour == MysqlFlavour::MySql56) {
    // It only ends the connection: this looks like any other loss.
    ASSERT_TRUE(reader->read_until([&] { return reader->restarts > 0; }));
    return;
  }
  EXPECT_FALSE(reader->read_until([] { return false; }));
  ASSERT_TRUE(reader->failure);
  EXPECT_EQ(reader->failure->code(), ErrorCode::Rejected) << reader->failure->message();
  EXPECT_NE(reader->failure->message().find("mysql.server_id"), std::string::npos);
}

TEST_P(Stream, StopsAtDamageThatComesTwice) {
  start();
  const ResumePoint from = latest();
  insert(20);
  const auto end = server->binlog_end();
  sql().exec("FLUSH BINARY LOGS");
  const std::filesystem::path file = server->binlog(end.file);
  {
    std::fstream bytes{file, std::ios::in | std::ios::out | std::ios::binary};
    // In the last row's event, where the value is: before XID and the checksum of the row.
    bytes.seekp(static_cast<std::streamoff>(end.position) - 31 - 4 - 1);
    bytes.put('\x7f');
  }
  ASSERT_TRUE(reader->open(from));
  EXPECT_FALSE(reader->read_until([] { return false; }));
  ASSERT_TRUE(reader->failure);
  if (reader->failure->code() == ErrorCode::Rejected) {
    GTEST_SKIP() << "the server found it by itself: " << reader->failure->message();
  }
  EXPECT_EQ(reader->failure->code(), ErrorCode::CorruptData);
  EXPECT_NE(reader->failure->message().find(end.file + ":"), std::string::npos)
      << reader->failure->message();
  EXPECT_EQ(reader->restarts, 1);
  EXPECT_EQ(reader->transactions, 19);
}

TEST_P(Stream, KnowsHowFarItIsBehind) {
  start();
  const ResumePoint from = latest();
  insert(4);
  auto control = mysql::Connection::open(connection);
  ASSERT_TRUE(control);
  auto behind = backlog(*control, from);
  ASSERT_TRUE(behind) << behind.error().message();
  EXPECT_EQ(behind->bytes, server->binlog_end().position - from.position.offset);
  if (GetParam().by_gtid && !is_mariadb(GetParam().flavour)) {
    EXPECT_EQ(behind->transactions, 4U);
  } else {
    EXPECT_EQ(behind->transactions, std::nullopt);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Every, Stream,
    ::testing::Values(Case{MysqlFlavour::MySql56, true}, Case{MysqlFlavour::MySql56, false},
                      Case{MysqlFlavour::MySql97, true}, Case{MysqlFlavour::MySql97, false},
                      Case{MysqlFlavour::MariaDb1011, true}, Case{MysqlFlavour::MariaDb1011, false},
                      Case{MysqlFlavour::MariaDb118, true}, Case{MysqlFlavour::MariaDb118, false}),
    name_of);

TEST(BinlogSource, SaysAtTheStartThatNobodyIsThere) {
  mysql::ConnectionOptions connection;
  connection.hosts = {{"127.0.0.1", test::free_port()}};
  BinlogSource source{options_for(connection)};
  auto opened = source.open(ResumePoint{{"binlog.000001", 4}, {}}, {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::Unavailable);
}

}  // namespace
}  // namespace replikey::source
