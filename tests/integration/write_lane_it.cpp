// One lane against a real Redis: what is written, what is counted, and what becomes of a broken
// exchange.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "support/redis_server.hpp"
#include "support/require_server.hpp"
#include "support/wait_until.hpp"
#include "unit/sample_rows.hpp"
#include "write/probe.hpp"
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "replikey/base/byte_cursor.hpp"
#include "replikey/checkpoint/store.hpp"
#include "replikey/write/dry_run.hpp"
#include "replikey/write/lane.hpp"

namespace replikey::write {
namespace {

using std::chrono::milliseconds;
using test::RedisFlavour;
using test::RedisServer;
using test::wait_until;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using Kind = LaneEnd::Kind;

const std::string kName = "pipe";
const std::string kSource = "server-1";
const std::string kFile = "binlog.000010";

checkpoint::Coordinate at(std::uint64_t offset, std::uint64_t rows = 0) {
  return {.position = {.file = kFile, .offset = offset}, .rows = rows, .gtid = {}};
}

checkpoint::LaneProgress lane_at(const checkpoint::Coordinate& judged,
                                 const checkpoint::Coordinate& applied, std::uint64_t resume) {
  checkpoint::LaneProgress lane;
  lane.source = kSource;
  lane.resume.position = {.file = kFile, .offset = resume};
  lane.judged = judged;
  lane.applied = applied;
  return lane;
}

checkpoint::LaneProgress lane_at(const checkpoint::Coordinate& place) {
  return lane_at(place, place, place.position.offset);
}

redis::ConnectionOptions to(const RedisServer& server) {
  redis::ConnectionOptions options;
  options.port = server.port();
  return options;
}

/// Hands bytes on between a client and a Redis, and breaks the connection when told.
class Proxy {
 public:
  enum class Cut : std::uint8_t {
    Never,
    Before,  ///< What holds the word is not handed on.
    After,   ///< It is, and its reply is waited for and kept back.
  };

  explicit Proxy(std::uint16_t server_port) : server_port_{server_port} {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, generic, &size) != 0) {
      ADD_FAILURE() << "the proxy cannot listen";
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread{[this](const std::stop_token& stop) { accept_all(stop); }};
  }
  ~Proxy() {
    acceptor_.request_stop();
    acceptor_.join();
    for (auto& link : links_) {
      link.request_stop();
    }
    links_.clear();
    ::close(listener_);
  }
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Once, at the next request that holds `word`.
  void cut(Cut how, const std::string& word) {
    const std::scoped_lock lock{mutex_};
    word_ = word;
    cut_ = how;
  }
  [[nodiscard]] int cuts() const noexcept { return cuts_; }

 private:
  static bool is_readable(int fd) {
    pollfd entry{.fd = fd, .events = POLLIN, .revents = 0};
    return ::poll(&entry, 1, 5) > 0;
  }

  void accept_all(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (is_readable(listener_)) {
        const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        links_.emplace_back([this, client](const std::stop_token& end) { link(client, end); });
      }
    }
  }

  Cut take_cut(const std::string& request) {
    const std::scoped_lock lock{mutex_};
    if (cut_ == Cut::Never || request.find(word_) == std::string::npos) {
      return Cut::Never;
    }
    ++cuts_;
    return std::exchange(cut_, Cut::Never);
  }

  static bool hand_on(int from, int to, std::string& bytes) {
    bytes.resize(1U << 20U);
    const auto got = ::recv(from, bytes.data(), bytes.size(), 0);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return to < 0 || (got > 0 && ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL) == got);
  }

  void link(int client, const std::stop_token& stop) {
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(server_port_);
    std::string bytes;
    bool is_open = ::connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    while (is_open && !stop.stop_requested()) {
      if (is_readable(client)) {
        is_open = hand_on(client, -1, bytes) && !bytes.empty();
        const auto cut = is_open ? take_cut(bytes) : Cut::Never;
        if (cut == Cut::Before || !is_open) {
          break;
        }
        is_open = ::send(server, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
                  static_cast<ssize_t>(bytes.size());
        if (cut == Cut::After) {
          // The replies to what was queued may have passed already.
          std::string replies{"\n"};
          while (replies.find("\n*") == std::string::npos && is_open && !stop.stop_requested()) {
            if (is_readable(server)) {
              is_open = hand_on(server, -1, bytes) && !bytes.empty();
              replies += bytes;
            }
          }
          break;
        }
      }
      if (is_open && is_readable(server)) {
        is_open = hand_on(server, client, bytes);
      }
    }
    ::close(server);
    ::close(client);
  }

  std::uint16_t server_port_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::mutex mutex_;
  Cut cut_ = Cut::Never;
  std::string word_;
  std::atomic<int> cuts_{0};
  std::list<std::jthread> links_;
  std::jthread acceptor_;
};

/// A row image of shop.article: null bitmap, id, and texts with a prefix of two bytes.
std::string image(std::int32_t id, std::string_view title) {
  std::string out(1, '\0');
  const auto number = [&out](std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) {
      out += static_cast<char>((value >> (8 * i)) & 0xFFU);
    }
  };
  number(static_cast<std::uint32_t>(id), 4);
  for (const auto text : {title, std::string_view{"x"}}) {
    number(static_cast<std::uint32_t>(text.size()), 2);
    out += text;
  }
  return out;
}

std::string document(std::int32_t id, const std::string& title) {
  return "{\"id\":" + std::to_string(id) + ",\"title\":\"" + title + "\",\"author\":\"x\"}";
}

/// Pushes items as the intake does.
class Feeder {
 public:
  explicit Feeder(std::vector<route::RuleOptions> rules = {test::article_options()})
      : plan_{rules} {}

  void use(Inlet& inlet) { inlet_ = &inlet; }
  void begin(std::uint64_t start) { push(Begin{.file = &kFile, .start = start, .gtid = {}}); }
  void end(std::uint64_t offset) {
    push(End{
        .file = &kFile, .end = offset, .gtid = {}, .timestamp = static_cast<std::int64_t>(offset)});
    inlet_->flush();
  }
  void close() { inlet_->close(); }

  struct Extra {
    std::uint16_t target = 0;
    bool completes_row = true;
    std::size_t cut_to = std::string::npos;  ///< The image is damaged.
    render::Action action = render::Action::Write;
  };
  void write(std::uint64_t row, std::int32_t id, std::string_view title, const Extra& extra) {
    const auto key = key_of(id, extra.target);
    const auto bytes = image(id, title).substr(0, extra.cut_to);
    auto* chunk = pool_.acquire(1 + bytes.size() + key.size(), {});
    const auto put = [chunk](std::string_view text) {
      const auto to = chunk->allocate(text.size());
      std::copy(text.begin(), text.end(), reinterpret_cast<char*>(to.data()));
      return to.data();
    };
    Change change;
    change.chunk = chunk;  // the reference it holds is the one acquire gave
    change.plan = plan_.get();
    change.target = extra.target;
    change.action = extra.action;
    change.row = row;
    change.position = 1000 + row;
    change.completes_row = extra.completes_row;
    change.after_present = put("\x07");
    change.after = put(bytes);
    change.after_size = static_cast<std::uint32_t>(bytes.size());
    change.key = reinterpret_cast<const char*>(put(key));
    change.key_size = static_cast<std::uint32_t>(key.size());
    push(change);
  }
  void write(std::uint64_t row, std::int32_t id, std::string_view title) {
    write(row, id, title, Extra{});
  }
  void flush() { inlet_->flush(); }
  /// A transaction of one row.
  void transaction(std::uint64_t start, std::int32_t id, std::string_view title) {
    begin(start);
    write(1, id, title);
    end(start + 100);
  }
  [[nodiscard]] std::size_t bytes_out() const { return pool_.bytes_out(); }

 private:
  static std::string key_of(std::int32_t id, std::uint16_t target) {
    return (target == 0 ? "article:" : "other:") + std::to_string(id);
  }
  void push(const Item& item) { EXPECT_TRUE(inlet_->push(item, {})); }

  test::Plan plan_;
  queue::ChunkPool pool_{1024, std::size_t{64} * 1024 * 1024};
  Inlet* inlet_ = nullptr;
};

class LaneTest : public ::testing::Test {
 protected:
  void SetUp() override {
    REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
    server_.emplace();
    options_.connection.port = server_->port();
    options_.connection.timeout = milliseconds{5000};
    options_.progress_interval = milliseconds{20};
    client_.emplace(server_->client());
  }
  void TearDown() override {
    lane_.reset();
    if (feeder_) {
      EXPECT_EQ(feeder_->bytes_out(), 0U) << "every chunk is given back";
    }
  }

  void save(const checkpoint::LaneProgress& lane, const std::string& session = "token") {
    auto connection = redis::Connection::open(to(*server_));
    ASSERT_TRUE(connection);
    ASSERT_TRUE(checkpoint::save(
        *connection, kName,
        {.flavour = Flavour::MySql, .routing = "r", .session = session, .lanes = {lane}}));
  }
  /// Stores `lane` and starts from it.
  void start(const checkpoint::LaneProgress& lane,
             std::vector<route::RuleOptions> rules = {test::article_options()}) {
    prepare(lane, std::move(rules));
    lane_->start();
  }
  /// The same without starting: what is pushed first is one batch.
  void prepare(const checkpoint::LaneProgress& lane, std::vector<route::RuleOptions> rules) {
    save(lane);
    client_->command({"CONFIG", "RESETSTAT"});
    feeder_.emplace(std::move(rules));
    lane_.emplace(options_,
                  LaneSetup{.name = kName,
                            .session = "token",
                            .flavour = Flavour::MySql,
                            .index = 0,
                            .source = kSource,
                            .start = lane},
                  [this](LaneEnd end) {
                    const std::scoped_lock lock{mutex_};
                    end_ = std::move(end);
                  });
    feeder_->use(lane_->inlet());
  }
  LaneEnd finish() {
    feeder_->close();
    return wait_for_end();
  }
  LaneEnd wait_for_end() {
    EXPECT_TRUE(wait_until([this] {
      const std::scoped_lock lock{mutex_};
      return end_.has_value();
    }));
    lane_->join();
    const std::scoped_lock lock{mutex_};
    return end_.value_or(LaneEnd{});
  }
  checkpoint::LaneProgress stored() {
    auto connection = redis::Connection::open(to(*server_));
    EXPECT_TRUE(connection);
    auto progress = checkpoint::load(*connection, kName);
    EXPECT_TRUE(progress && *progress) << "no progress";
    return progress && *progress ? (*progress)->lanes.front() : checkpoint::LaneProgress{};
  }
  /// How often the server executed a command since the lane started.
  int calls(const std::string& command) {
    const auto text = client_->command({"INFO", "commandstats"}).text;
    const auto label = "cmdstat_" + command + ":calls=";
    const auto found = text.find(label);
    return found == std::string::npos ? 0 : std::stoi(text.substr(found + label.size()));
  }

  std::optional<RedisServer> server_;
  std::optional<test::RedisClient> client_;
  Options options_;
  std::optional<Feeder> feeder_;
  std::optional<Lane> lane_;
  std::mutex mutex_;
  std::optional<LaneEnd> end_;
};

TEST_F(LaneTest, WritesRowsAndProgress) {
  start(lane_at(at(100)));
  feeder_->transaction(100, 1, "one");
  feeder_->begin(200);
  feeder_->write(1, 2, "two");
  feeder_->write(2, 3, "three");
  feeder_->end(300);
  EXPECT_EQ(finish().kind, Kind::Drained);
  EXPECT_EQ(client_->get("article:1"), document(1, "one"));
  EXPECT_EQ(client_->get("article:3"), document(3, "three"));
  EXPECT_EQ(calls("set"), 3);
  const auto progress = stored();
  EXPECT_EQ(progress.judged, at(300));
  EXPECT_EQ(progress.applied, at(300));
  EXPECT_EQ(progress.resume.position.offset, 300U);
  EXPECT_EQ(progress.timestamp, 300);
}

TEST_F(LaneTest, SavesProgressWhileIdle) {
  start(lane_at(at(100)));
  feeder_->end(200);
  EXPECT_TRUE(wait_until([this] { return stored().judged == at(200); }));
  feeder_->transaction(200, 1, "one");
  EXPECT_TRUE(wait_until([this] { return stored().judged == at(300); }));
  EXPECT_EQ(finish().kind, Kind::Drained);
}

TEST_F(LaneTest, StaysWhereItIsWhileTheStreamCatchesUp) {
  start(lane_at(at(500, 2), at(500, 2), 500));
  for (std::uint64_t offset = 200; offset <= 500; offset += 100) {
    feeder_->end(offset);
  }
  EXPECT_TRUE(wait_until([this] { return calls("hmget") > 5; })) << "some idle moments";
  EXPECT_EQ(stored().judged, at(500, 2)) << "not back with the transactions it had";
  feeder_->begin(500);
  feeder_->write(3, 1, "new");
  feeder_->end(600);
  EXPECT_EQ(finish().kind, Kind::Drained);
  EXPECT_EQ(stored().judged, at(600));
  EXPECT_EQ(calls("set"), 1);
}

TEST_F(LaneTest, RepeatsNothingWhenTheRepliesAreLost) {
  Proxy proxy{server_->port()};
  options_.connection.port = proxy.port();
  start(lane_at(at(100)));
  proxy.cut(Proxy::Cut::After, "EXEC");
  feeder_->transaction(100, 1, "one");
  EXPECT_TRUE(wait_until([&] { return proxy.cuts() == 1; }));
  feeder_->transaction(200, 2, "two");
  EXPECT_EQ(finish().kind, Kind::Drained);
  EXPECT_EQ(calls("set"), 2) << "each once";
  EXPECT_EQ(stored().judged, at(300));
  EXPECT_EQ(client_->get("article:1"), document(1, "one"));
}

TEST_F(LaneTest, RepeatsWhatWasNeverExecuted) {
  Proxy proxy{server_->port()};
  options_.connection.port = proxy.port();
  start(lane_at(at(100)));
  proxy.cut(Proxy::Cut::Before, "EXEC");
  feeder_->transaction(100, 1, "one");
  EXPECT_EQ(finish().kind, Kind::Drained);
  EXPECT_EQ(proxy.cuts(), 1);
  EXPECT_EQ(calls("set"), 1);
  EXPECT_EQ(stored().judged, at(200));
}

TEST_F(LaneTest, IsExactHoweverOftenItIsCut) {
  Proxy proxy{server_->port()};
  options_.connection.port = proxy.port();
  options_.batch_bytes = 400;
  start(lane_at(at(100)));
  constexpr int kRows = 300;
  std::atomic<bool> is_done{false};
  std::jthread cutter{[&] {
    for (int i = 0; !is_done; ++i) {
      const auto before = proxy.cuts();
      proxy.cut(i % 2 == 0 ? Proxy::Cut::After : Proxy::Cut::Before, "EXEC");
      static_cast<void>(wait_until([&] { return is_done || proxy.cuts() > before; }));
    }
  }};
  for (int i = 0; i < kRows; ++i) {
    feeder_->transaction(100 + 100 * static_cast<std::uint64_t>(i), i % 7, std::to_string(i));
    if (i % 10 == 0) {
      const auto cuts = proxy.cuts();
      static_cast<void>(wait_until([&] { return proxy.cuts() > cuts; }, milliseconds{500}));
    }
  }
  feeder_->flush();
  EXPECT_TRUE(wait_until([this] { return stored().applied == at(100 + 100 * kRows); }));
  is_done = true;
  proxy.cut(Proxy::Cut::Never, "");
  cutter.join();
  EXPECT_EQ(finish().kind, Kind::Drained);
  EXPECT_EQ(calls("set"), kRows);
  for (int id = 0; id < 7; ++id) {
    const auto last = kRows - 1 - (kRows - 1 - id) % 7;
    EXPECT_EQ(client_->get("article:" + std::to_string(id)), document(id, std::to_string(last)));
  }
}

TEST_F(LaneTest, TellsFromRedisWhatTheLastRunHadExecuted) {
  client_->command({"SET", "article:1", document(1, "one")});
  client_->command({"SET", "article:3", document(3, "three")});
  // Two transactions were executed unseen; the second up to its second row.
  start(lane_at(at(100), at(200, 2), 100));
  feeder_->transaction(100, 1, "one");
  feeder_->begin(200);
  feeder_->write(1, 2, "two");  // never took effect
  feeder_->write(2, 3, "three");
  feeder_->write(3, 4, "four");  // new
  feeder_->end(300);
  EXPECT_EQ(finish().kind, Kind::Drained);
  EXPECT_EQ(calls("set"), 2) << "the one that had failed, and the new one";
  EXPECT_EQ(client_->get("article:2"), document(2, "two"));
  EXPECT_EQ(client_->get("article:4"), document(4, "four"));
  EXPECT_EQ(stored().judged, at(300));
}

TEST_F(LaneTest, TellsSoAlsoWhenTheConnectionBreaksMeanwhile) {
  Proxy proxy{server_->port()};
  options_.connection.port = proxy.port();
  client_->command({"SET", "article:1", document(1, "one")});
  proxy.cut(Proxy::Cut::Before, "GET\r\n$9\r\narticle:1");
  start(lane_at(at(100), at(200, 1), 100));
  feeder_->begin(200);
  feeder_->write(1, 1, "one");
  feeder_->end(300);
  EXPECT_EQ(finish().kind, Kind::Drained);
  EXPECT_EQ(proxy.cuts(), 1);
  EXPECT_EQ(calls("set"), 0);
  EXPECT_EQ(stored().judged, at(300));
  EXPECT_EQ(stored().applied, at(300));
}

TEST_F(LaneTest, LeavesSuspectsAloneWhenItIsStoppedBeforeItHasAll) {
  start(lane_at(at(100), at(200, 5), 100));
  feeder_->begin(200);
  feeder_->write(1, 1, "one");
  EXPECT_EQ(finish().kind, Kind::Drained);
  EXPECT_EQ(calls("set"), 0);
  EXPECT_EQ(stored().judged, at(100));
  EXPECT_EQ(stored().applied, at(200, 5));
}

TEST_F(LaneTest, CutsBatchesOnlyBetweenRows) {
  auto other = test::article_options();
  other.key = "other:{id}";
  options_.batch_bytes = 1;
  start(lane_at(at(100)), {test::article_options(), other});
  feeder_->begin(100);
  for (std::uint64_t row = 1; row <= 5; ++row) {
    const auto id = static_cast<std::int32_t>(row);
    feeder_->write(row, id, "t", {.target = 0, .completes_row = false});
    feeder_->write(row, id, "t", {.target = 1, .completes_row = true});
  }
  feeder_->end(200);
  EXPECT_EQ(finish().kind, Kind::Drained);
  EXPECT_EQ(calls("set"), 10);
  EXPECT_EQ(calls("exec"), 5 + 1) << "one per row, and the progress at the end";
}

TEST_F(LaneTest, DropsARowThatNeverBecameWhole) {
  start(lane_at(at(100)));
  feeder_->begin(100);
  feeder_->write(1, 1, "whole");
  feeder_->write(2, 2, "half", {.target = 0, .completes_row = false});
  EXPECT_EQ(finish().kind, Kind::Drained);
  EXPECT_TRUE(client_->exists("article:1"));
  EXPECT_FALSE(client_->exists("article:2"));
  EXPECT_EQ(stored().judged, at(100, 1));
  EXPECT_EQ(stored().resume.position.offset, 100U);
}

TEST_F(LaneTest, KeepsAllThatCameBeforeARowThatCannotBeRendered) {
  auto other = test::article_options();
  other.name = "second";
  other.key = "other:{id}";
  start(lane_at(at(100)), {test::article_options(), other});
  feeder_->begin(100);
  feeder_->write(1, 1, "good");
  feeder_->write(2, 2, "bad", {.target = 0, .completes_row = false});
  feeder_->write(2, 2, "bad", {.target = 1, .completes_row = true, .cut_to = 6});
  feeder_->write(3, 3, "later");
  feeder_->end(200);
  const auto end = wait_for_end();
  EXPECT_EQ(end.kind, Kind::Failed);
  EXPECT_EQ(end.error.code(), ErrorCode::CorruptData);
  EXPECT_THAT(end.error.message(), AllOf(StartsWith("binlog.000010:1002: "),
                                         HasSubstr("shop.article"), HasSubstr("\"second\"")));
  EXPECT_TRUE(client_->exists("article:1"));
  EXPECT_FALSE(client_->exists("article:2")) << "a row takes effect as a whole";
  EXPECT_FALSE(client_->exists("article:3"));
  EXPECT_EQ(stored().applied, at(100, 1));
}

TEST_F(LaneTest, StopsAtWrongTypeAndGoesOnOnceItIsMended) {
  client_->command({"RPUSH", "article:2", "x"});
  auto options = test::article_options();
  options.type = route::RuleType::Hash;
  options.name = "mine";
  const auto run_from = [&](const checkpoint::LaneProgress& from) {
    lane_.reset();
    end_.reset();
    prepare(from, {options});
    feeder_->begin(100);
    feeder_->write(1, 1, "good");
    feeder_->write(2, 2, "new", {.action = render::Action::Update});
    feeder_->write(3, 3, "good");
    feeder_->end(200);
    lane_->start();
  };
  run_from(lane_at(at(100)));
  auto end = wait_for_end();
  EXPECT_EQ(end.kind, Kind::Failed);
  EXPECT_EQ(end.error.code(), ErrorCode::Rejected);
  EXPECT_THAT(end.error.message(),
              AllOf(HasSubstr("table shop.article at binlog.000010:1002"), HasSubstr("\"mine\""),
                    HasSubstr("article:2"), HasSubstr("WRONGTYPE"), HasSubstr("mend: ")));
  const auto left = stored();
  EXPECT_EQ(left.judged, at(100));
  EXPECT_EQ(left.applied, at(200)) << "Redis does not roll back";

  // Not mended: it stops again, at the same change.
  run_from(left);
  end = wait_for_end();
  EXPECT_EQ(end.kind, Kind::Failed);
  EXPECT_THAT(end.error.message(), HasSubstr("article:2"));

  client_->command({"UNLINK", "article:2"});
  run_from(stored());
  EXPECT_EQ(finish().kind, Kind::Drained);
  EXPECT_EQ(client_->hgetall("article:2").at("title"), "new");
  EXPECT_EQ(calls("hset"), 1 + 2) << "the lost change, and progress twice";
  EXPECT_EQ(stored().judged, at(200));
}

TEST_F(LaneTest, DoesNotStopOrWaitForeverWhenAbandonedWithRedisDown) {
  start(lane_at(at(100)));
  EXPECT_TRUE(wait_until([this] { return calls("hmget") > 0; }));
  client_.reset();
  server_->kill();
  feeder_->transaction(100, 1, "one");
  lane_->abandon();
  EXPECT_EQ(wait_for_end().kind, Kind::Abandoned);
}

TEST_F(LaneTest, WaitsForARedisThatComesBack) {
  server_.emplace(RedisFlavour::Redis7, test::RedisOptions{.append_only = true});
  client_.emplace(server_->client());
  options_.connection.port = server_->port();
  start(lane_at(at(100)));
  feeder_->transaction(100, 1, "one");
  EXPECT_TRUE(wait_until([this] { return stored().judged == at(200); }));
  server_->kill();
  feeder_->transaction(200, 2, "two");
  server_->start();
  client_.emplace(server_->client());
  EXPECT_EQ(finish().kind, Kind::Drained);
  EXPECT_EQ(client_->get("article:2"), document(2, "two"));
  EXPECT_EQ(stored().judged, at(300));
}

TEST_F(LaneTest, RewindsWhenRedisWentBack) {
  start(lane_at(at(300)));
  EXPECT_TRUE(wait_until([this] { return calls("hmget") > 2; }));
  save(lane_at(at(200)));
  EXPECT_EQ(wait_for_end().kind, Kind::Rewind);
}

TEST_F(LaneTest, FailsWhenAnotherTookOver) {
  start(lane_at(at(300)));
  EXPECT_TRUE(wait_until([this] { return calls("hmget") > 0; }));
  save(lane_at(at(300)), "other");
  const auto end = wait_for_end();
  EXPECT_EQ(end.kind, Kind::Failed);
  EXPECT_EQ(end.error.code(), ErrorCode::Rejected);
  EXPECT_THAT(end.error.message(), AllOf(HasSubstr("\"pipe\""), HasSubstr("took over")));
}

TEST_F(LaneTest, FailsWhenAnotherTookOverUnnoticed) {
  options_.progress_interval = std::chrono::hours{1};
  start(lane_at(at(100)));
  feeder_->transaction(100, 1, "one");
  EXPECT_TRUE(wait_until([this] { return client_->exists("article:1"); }));
  client_->command({"HSET", "replikey:{pipe}:progress", "session", "other"});
  feeder_->transaction(200, 2, "two");
  const auto end = wait_for_end();
  EXPECT_EQ(end.kind, Kind::Failed);
  EXPECT_THAT(end.error.message(), HasSubstr("took over"));
}

TEST_F(LaneTest, FailsWhenProgressVanished) {
  start(lane_at(at(100)));
  EXPECT_TRUE(wait_until([this] { return calls("hmget") > 0; }));
  client_->flush_all();
  const auto end = wait_for_end();
  EXPECT_EQ(end.kind, Kind::Failed);
  EXPECT_EQ(end.error.code(), ErrorCode::Rejected);
  EXPECT_THAT(end.error.message(), AllOf(HasSubstr("vanished"), HasSubstr("replikey reset")));
}

TEST_F(LaneTest, FailsWhenProgressVanishedUnderABatch) {
  options_.progress_interval = std::chrono::hours{1};
  start(lane_at(at(100)));
  feeder_->transaction(100, 1, "one");
  EXPECT_TRUE(wait_until([this] { return client_->exists("article:1"); }));
  client_->flush_all();
  feeder_->transaction(200, 2, "two");
  const auto end = wait_for_end();
  EXPECT_EQ(end.kind, Kind::Failed);
  EXPECT_THAT(end.error.message(), HasSubstr("vanished"));
}

TEST_F(LaneTest, WaitsWhileRedisHasNoMemory) {
  start(lane_at(at(100)));
  EXPECT_TRUE(wait_until([this] { return calls("hmget") > 0; }));
  client_->command({"CONFIG", "SET", "maxmemory", "1"});
  feeder_->transaction(100, 1, "one");
  EXPECT_TRUE(wait_until([this] { return calls("exec") >= 2; })) << "tried again";
  EXPECT_FALSE(client_->exists("article:1"));
  client_->command({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_EQ(finish().kind, Kind::Drained);
  EXPECT_EQ(client_->get("article:1"), document(1, "one"));
  EXPECT_EQ(stored().judged, at(200));
}

TEST_F(LaneTest, FailsWhenItMayNotWrite) {
  client_->command({"ACL", "SETUSER", "reader", "on", ">secret", "~*", "+@all", "-set"});
  options_.connection.username = "reader";
  options_.connection.password = "secret";
  start(lane_at(at(100)));
  feeder_->transaction(100, 1, "one");
  const auto end = wait_for_end();
  EXPECT_EQ(end.kind, Kind::Failed);
  EXPECT_EQ(end.error.code(), ErrorCode::Rejected);
  EXPECT_THAT(end.error.message(), AllOf(HasSubstr("NOPERM"), HasSubstr("ACL SETUSER")));
  EXPECT_EQ(stored().applied, at(100));
}

TEST_F(LaneTest, AppliesOnceWhatAStalledRedisTookLate) {
  options_.connection.timeout = milliseconds{200};
  options_.batch_bytes = std::size_t{1} << 20U;
  start(lane_at(at(100)));
  EXPECT_TRUE(wait_until([this] { return calls("hmget") > 0; }));
  server_->pause();
  feeder_->begin(100);
  for (std::uint64_t row = 1; row <= 500; ++row) {
    feeder_->write(row, static_cast<std::int32_t>(row), std::string(1000, 't'));
  }
  feeder_->end(200);
  // Long enough for the lane to give its first connection up.
  static_cast<void>(wait_until([] { return false; }, milliseconds{900}));
  server_->resume();
  EXPECT_EQ(finish().kind, Kind::Drained);
  EXPECT_EQ(calls("set"), 500);
  EXPECT_EQ(stored().judged, at(200));
}

/// The commands, as a change of a batch.
class ProbeTest : public LaneTest {
 protected:
  using Command = std::vector<std::string>;

  void change(const std::vector<Command>& commands) {
    const auto begin = batch_.request.size();
    for (const auto& command : commands) {
      batch_.request.begin_command(command.size());
      for (const auto& argument : command) {
        batch_.request.argument(argument);
      }
    }
    batch_.changes.push_back({.first_command = batch_.command_count,
                              .command_count = commands.size(),
                              .bytes_begin = begin,
                              .bytes_end = batch_.request.size()});
    batch_.command_count += commands.size();
  }
  std::vector<bool> repeats() {
    auto connection = redis::Connection::open(to(*server_));
    EXPECT_TRUE(connection);
    auto which = probe(*connection, batch_);
    EXPECT_TRUE(which);
    return which ? *which : std::vector<bool>{};
  }

  Batch batch_;
};

TEST_F(ProbeTest, TellsWhetherASetTookEffect) {
  client_->command({"SET", "a", "1"});
  client_->command({"SET", "b", "old"});
  client_->command({"RPUSH", "c", "x"});
  client_->command({"SET", "d", ""});
  for (const auto* key : {"a", "b", "c", "missing"}) {
    change({{"SET", key, "1"}});
  }
  change({{"SET", "d", ""}});
  EXPECT_THAT(repeats(), ElementsAre(false, true, true, true, false));
}

TEST_F(ProbeTest, TellsWhetherARemovalTookEffect) {
  client_->command({"SET", "a", "1"});
  change({{"UNLINK", "a"}});
  change({{"UNLINK", "b"}});
  EXPECT_THAT(repeats(), ElementsAre(true, false));
}

TEST_F(ProbeTest, TellsWhetherAHashWasReplaced) {
  client_->command({"HSET", "a", "f", "1", "g", "2"});
  client_->command({"HSET", "b", "f", "1", "g", "2", "stale", "x"});
  client_->command({"HSET", "c", "f", "1"});
  client_->command({"SET", "d", "1"});
  for (const auto* key : {"a", "b", "c", "d", "missing"}) {
    change({{"UNLINK", key}, {"HSET", key, "f", "1", "g", "2"}, {"PEXPIRE", key, "5"}});
  }
  EXPECT_THAT(repeats(), ElementsAre(false, true, true, true, true));
}

TEST_F(ProbeTest, TellsWhetherAHashWasUpdated) {
  client_->command({"HSET", "a", "f", "1", "of_others", "x"});
  client_->command({"HSET", "b", "f", "1", "gone", "x"});
  client_->command({"HSET", "c", "f", "0"});
  client_->command({"SET", "d", "1"});
  for (const auto* key : {"a", "b", "c", "d"}) {
    change({{"HDEL", key, "gone"}, {"HSET", key, "f", "1"}});
  }
  change({{"HDEL", "d", "gone"}});
  EXPECT_THAT(repeats(), ElementsAre(false, true, true, true, true));
}

TEST_F(ProbeTest, LetsTheLastChangeOfAKeyDecide) {
  client_->command({"SET", "a", "3"});
  client_->command({"SET", "b", "1"});
  change({{"SET", "a", "1"}});
  change({{"SET", "b", "1"}});
  change({{"UNLINK", "a"}});
  change({{"SET", "b", "2"}});
  change({{"SET", "a", "3"}});
  EXPECT_THAT(repeats(), ElementsAre(false, true, false, true, false))
      << "all of b again and in order, nothing of a";
}

TEST_F(ProbeTest, AsksNothingOfAnEmptyBatch) {
  EXPECT_THAT(repeats(), ElementsAre());
}

TEST_F(ProbeTest, FailsWhenItMayNotAsk) {
  client_->command({"ACL", "SETUSER", "blind", "on", ">secret", "~*", "+@all", "-get"});
  change({{"SET", "a", "1"}});
  auto options = to(*server_);
  options.username = "blind";
  options.password = "secret";
  auto connection = redis::Connection::open(options);
  ASSERT_TRUE(connection);
  auto which = probe(*connection, batch_);
  ASSERT_FALSE(which);
  EXPECT_EQ(which.error().code(), ErrorCode::Rejected);
}

TEST(DryRunTest, PrintsCommandsOneByOne) {
  Feeder feeder;
  std::mutex mutex;
  std::vector<std::string> lines;
  std::optional<LaneEnd> end;
  DryRun run{[&](std::string_view line) { lines.emplace_back(line); },
             [&](LaneEnd how) { end = std::move(how); }};
  feeder.use(run.inlet());
  run.start();
  feeder.transaction(100, 1, "a b");
  feeder.transaction(200, 2, "c");
  feeder.close();
  run.join();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->kind, Kind::Drained);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines.front(), StartsWith("SET article:1 \"{"));
  EXPECT_EQ(feeder.bytes_out(), 0U);
}

TEST(DryRunTest, NamesWhereARowCannotBeRendered) {
  Feeder feeder;
  std::optional<LaneEnd> end;
  {
    DryRun run{[](std::string_view) {}, [&](LaneEnd how) { end = std::move(how); }};
    feeder.use(run.inlet());
    feeder.begin(100);
    feeder.write(1, 1, "bad", {.cut_to = 3});
    feeder.write(2, 2, "never looked at");
    run.start();
    EXPECT_TRUE(wait_until([&] { return feeder.bytes_out() <= 1024; }));
    feeder.close();
    run.join();
  }
  ASSERT_TRUE(end);
  EXPECT_EQ(end->kind, Kind::Failed);
  EXPECT_THAT(end->error.message(), StartsWith("binlog.000010:1001: "));
  EXPECT_EQ(feeder.bytes_out(), 0U) << "what was left in the ring too";
}

TEST(DryRunTest, EndsWhenAbandoned) {
  std::optional<LaneEnd> end;
  DryRun run{[](std::string_view) {}, [&](LaneEnd how) { end = std::move(how); }};
  run.start();
  run.abandon();
  run.join();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->kind, Kind::Abandoned);
}

}  // namespace
}  // namespace replikey::write
