// Replikey, or Redis, is killed again and again while rows change. At the end Redis holds what
// MySQL does, and its append-only file shows each change exactly once.
//
// REPLIKEY_KILL_TRANSACTIONS and REPLIKEY_KILLS make it longer, REPLIKEY_TEST_SEED repeats a run.

#include <algorithm>
#include <array>
#include <atomic>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "aof.hpp"
#include "oracle.hpp"
#include "seed.hpp"
#include "support/mysql_server.hpp"
#include "support/redis_server.hpp"
#include "support/replikey_process.hpp"
#include "support/require_server.hpp"
#include "support/wait_until.hpp"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace replikey::test {
namespace {

using namespace std::chrono_literals;

constexpr int kTables = 10;
constexpr int kWriters = 4;
constexpr unsigned kDeadlock = 1213;

std::string table(int number) {
  return "load.t" + std::to_string(number);
}

/// Every other table goes to hashes.
bool is_hash(int number) {
  return number % 2 == 1;
}

std::string key_of(int number, std::int64_t id) {
  return "t" + std::to_string(number) + ":" + std::to_string(id);
}

/// A row as it was written: its key and the version it then had, which no other write has.
using Write = std::pair<std::string, std::uint64_t>;

/// Transactions over the ten tables from one connection, over rows that no other connection
/// touches: so the versions of a key only grow.
class Writer {
 public:
  Writer(SqlClient sql, int number, std::uint32_t seed, std::atomic<std::uint64_t>& version)
      : sql_{std::move(sql)},
        random_{seed + static_cast<std::uint32_t>(number)},
        next_id_{number},
        version_{version} {
    sql_.exec("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");  // locks no gaps
  }

  /// One transaction. Returns false when it was rolled back.
  bool transact();

  [[nodiscard]] const std::vector<Write>& writes() const noexcept { return writes_; }

 private:
  using Ids = std::array<std::vector<std::int64_t>, kTables>;

  void statement();
  void insert(int number, int count);
  void change(int number);
  void change_many(int number);
  void change_key(int number);
  void remove(int number);
  std::int64_t new_id() { return next_id_ += kWriters; }
  std::uint64_t note(int number, std::int64_t id, std::uint64_t version);
  std::string title();

  SqlClient sql_;
  Random random_;
  std::int64_t next_id_;
  std::atomic<std::uint64_t>& version_;
  Ids ids_;
  std::vector<Write> writes_;
  // Of the transaction at hand.
  std::string text_;
  std::vector<Write> pending_;
};

bool Writer::transact() {
  const auto before = ids_;
  text_ = "BEGIN; ";
  pending_.clear();
  if (random_.between(1, 1000) == 1) {
    insert(static_cast<int>(random_.between(0, kTables - 1)), 2500);  // more than is held back
  }
  for (auto left = random_.between(1, 5); left > 0; --left) {
    statement();
  }
  bool commits = !random_.chance(5);
  text_ += commits ? "COMMIT" : "ROLLBACK";
  if (const auto error = sql_.try_exec(text_)) {
    if (error->code != kDeadlock) {
      throw std::runtime_error{error->message};
    }
    commits = false;
  }
  if (!commits) {
    ids_ = before;
    return false;
  }
  writes_.insert(writes_.end(), pending_.begin(), pending_.end());
  return true;
}

void Writer::statement() {
  const auto number = static_cast<int>(random_.between(0, kTables - 1));
  auto& ids = ids_[static_cast<std::size_t>(number)];
  if (ids.size() < 5) {
    insert(number, static_cast<int>(random_.between(1, 4)));
    return;
  }
  if (ids.size() > 120) {
    text_ += "DELETE FROM " + table(number) + " WHERE id IN (0";
    while (ids.size() > 60) {
      text_ += ", " + std::to_string(ids.back());
      ids.pop_back();
    }
    text_ += "); ";
    return;
  }
  switch (random_.between(0, 9)) {
    case 0:
    case 1:
    case 2: insert(number, static_cast<int>(random_.between(1, 3))); break;
    case 3: change_many(number); break;
    case 4: change_key(number); break;
    case 5:
    case 6: remove(number); break;
    default: change(number); break;
  }
}

std::uint64_t Writer::note(int number, std::int64_t id, std::uint64_t version) {
  pending_.emplace_back(key_of(number, id), version);
  return version;
}

std::string Writer::title() {
  return random_.chance(20)
             ? "NULL"
             : "'" + std::string(static_cast<std::size_t>(random_.between(0, 200)), 'x') + "'";
}

void Writer::insert(int number, int count) {
  text_ += "INSERT INTO " + table(number) + " VALUES ";
  for (int i = 0; i < count; ++i) {
    const auto id = new_id();
    ids_[static_cast<std::size_t>(number)].push_back(id);
    text_ += (i == 0 ? "(" : ", (") + std::to_string(id) + ", " +
             std::to_string(note(number, id, ++version_)) + ", " + title() + ", " +
             std::to_string(random_.between(-999, 999)) + ".5)";
  }
  text_ += "; ";
}

void Writer::change(int number) {
  const auto id = random_.one_of(ids_[static_cast<std::size_t>(number)]);
  text_ += "UPDATE " + table(number) +
           " SET version = " + std::to_string(note(number, id, ++version_)) +
           ", title = " + title() + " WHERE id = " + std::to_string(id) + "; ";
}

void Writer::change_many(int number) {
  const auto& ids = ids_[static_cast<std::size_t>(number)];
  const auto version = ++version_;
  text_ += "UPDATE " + table(number) + " SET version = " + std::to_string(version) +
           ", price = price + 1 WHERE id IN (0";
  for (std::size_t i = 0; i < 4; ++i) {
    text_ += ", " + std::to_string(ids[i]);
    note(number, ids[i], version);
  }
  text_ += "); ";
}

void Writer::change_key(int number) {
  auto& ids = ids_[static_cast<std::size_t>(number)];
  auto& id =
      ids[static_cast<std::size_t>(random_.between(0, static_cast<std::int64_t>(ids.size()) - 1))];
  const auto old = std::exchange(id, new_id());
  text_ += "UPDATE " + table(number) + " SET id = " + std::to_string(id) +
           ", version = " + std::to_string(note(number, id, ++version_)) +
           " WHERE id = " + std::to_string(old) + "; ";
}

void Writer::remove(int number) {
  auto& ids = ids_[static_cast<std::size_t>(number)];
  const auto at = random_.between(0, static_cast<std::int64_t>(ids.size()) - 1);
  text_ += "DELETE FROM " + table(number) +
           " WHERE id = " + std::to_string(ids[static_cast<std::size_t>(at)]) + "; ";
  ids.erase(ids.begin() + at);
}

/// Writers in threads of their own.
class Traffic {
 public:
  Traffic(const MysqlServer& mysql, std::uint32_t seed) {
    for (int i = 0; i < kWriters; ++i) {
      writers_.push_back(std::make_unique<Writer>(mysql.client(), i, seed, version_));
    }
    for (auto& writer : writers_) {
      threads_.emplace_back([this, &writer = *writer](const std::stop_token& stop) {
        try {
          while (!stop.stop_requested()) {
            if (is_paused_) {
              static_cast<void>(wait_until([&] { return !is_paused_ || stop.stop_requested(); }));
              continue;
            }
            ++(writer.transact() ? committed_ : rolled_back_);
          }
        } catch (const std::exception& error) {
          std::cerr << "traffic: " << error.what() << '\n';
          has_failed_ = true;
        }
      });
    }
  }

  [[nodiscard]] int committed() const noexcept { return committed_; }
  [[nodiscard]] int rolled_back() const noexcept { return rolled_back_; }
  /// No new transactions until resume().
  void pause() noexcept { is_paused_ = true; }
  void resume() noexcept { is_paused_ = false; }
  /// Waits until so many more transactions are committed.
  [[nodiscard]] bool await(std::int64_t more) const {
    const auto wanted = committed_ + more;
    return wait_until([&] { return committed_ >= wanted || has_failed_; }) && !has_failed_;
  }
  /// Every committed write, sorted.
  [[nodiscard]] std::vector<Write> finish() {
    threads_.clear();
    std::vector<Write> all;
    for (const auto& writer : writers_) {
      all.insert(all.end(), writer->writes().begin(), writer->writes().end());
    }
    std::sort(all.begin(), all.end());
    return all;
  }

 private:
  std::atomic<std::uint64_t> version_ = 0;
  std::atomic<int> committed_ = 0;
  std::atomic<int> rolled_back_ = 0;
  std::atomic<bool> has_failed_ = false;
  std::atomic<bool> is_paused_ = false;
  std::vector<std::unique_ptr<Writer>> writers_;
  std::vector<std::jthread> threads_;
};

/// What the append-only file says about the changes.
struct Account {
  std::size_t executions = 0;
  std::size_t changes = 0;        ///< SET and HSET of rows.
  std::size_t doubled = 0;        ///< Of them, with a key and version that were written before.
  std::size_t backwards = 0;      ///< With a version lower than the key had.
  std::size_t unaccompanied = 0;  ///< Executions with data and without progress.
  std::set<Write> writes;
  std::vector<std::string> examples;

  void add(const Executed& executed);
  void add_write(std::string_view key, std::uint64_t version);

 private:
  std::map<std::string, std::uint64_t, std::less<>> last_;
};

void Account::add_write(std::string_view key, std::uint64_t version) {
  ++changes;
  auto& last = last_[std::string{key}];
  const bool is_new = writes.emplace(key, version).second;
  doubled += is_new ? 0 : 1;
  backwards += version < last ? 1 : 0;
  if ((!is_new || version < last) && examples.size() < 10) {
    examples.push_back(std::string{key} + " version " + std::to_string(version) + " after " +
                       std::to_string(last));
  }
  last = version;
}

void Account::add(const Executed& executed) {
  ++executions;
  bool has_data = false;
  bool has_progress = false;
  for (const auto& command : executed.commands) {
    const auto key = command.at(1);
    if (key.starts_with("replikey:")) {
      has_progress = true;
      continue;
    }
    has_data = true;
    if (command[0] == "SET") {
      add_write(key, nlohmann::json::parse(command.at(2)).at("version").get<std::uint64_t>());
    } else if (command[0] == "HSET") {
      const auto field = std::find(command.begin() + 2, command.end(), "version");
      add_write(key, std::stoull(std::string{*std::next(field)}));
    }
  }
  unaccompanied += has_data && (!has_progress || !executed.is_transaction) ? 1 : 0;
}

class Kills : public ::testing::Test {
 protected:
  void serve(MysqlFlavour flavour, const std::string& fsync) {
    mysql_ = std::make_unique<MysqlServer>(flavour);
    redis_ = std::make_unique<RedisServer>(
        RedisFlavour::Redis7,
        RedisOptions{.append_only = true,
                     .flags = {"--appendfsync", fsync, "--auto-aof-rewrite-percentage", "0"}});
    static_cast<void>(mysql_->create_replication_user());
    auto sql = mysql_->client();
    sql.exec("CREATE DATABASE `load`");
    for (int i = 0; i < kTables; ++i) {
      sql.exec("CREATE TABLE " + table(i) +
               " (id BIGINT PRIMARY KEY, version BIGINT UNSIGNED NOT NULL, title VARCHAR(200), "
               "price DECIMAL(10,2) NOT NULL)");
    }
    random_ = std::make_unique<Random>(seed_);
    replikey_ = std::make_unique<ReplikeyProcess>(config_for(*mysql_));
  }

  [[nodiscard]] std::string config_for(const MysqlServer& server) const {
    std::string text =
        "name: load\nmemory_limit: 1MiB\nmysql:\n  port: " + std::to_string(server.port()) +
        "\n  user: replikey\n  password: replikey-secret\n  start: earliest\n"
        "redis:\n  lanes: 4\n  port: " +
        std::to_string(redis_->port()) + "\nrules:\n";
    for (int i = 0; i < kTables; ++i) {
      text += "  - {table: " + table(i) + ", key: \"t" + std::to_string(i) +
              ":{id}\", type: " + (is_hash(i) ? "hash" : "string") + "}\n";
    }
    return text;
  }

  /// Makes `replica` a replica of the MySQL server.
  void follow_by(const MysqlServer& replica) const {
    static_cast<void>(replica.create_replication_user());
    replica.client().exec("CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=" +
                          std::to_string(mysql_->port()) +
                          ", SOURCE_USER='replikey', SOURCE_PASSWORD='replikey-secret', "
                          "SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1; START REPLICA");
  }

  bool holds_all() {
    return wait_until([&] { return found() == wanted() || !replikey_->is_running(); }) &&
           replikey_->is_running();
  }

  bool follows() { return replikey_->wait_for_log("the stream is open"); }

  /// Lanes of which nothing in Redis says that the replies to their last EXEC were read.
  std::size_t unjudged_lanes() {
    std::size_t count = 0;
    for (const auto& [field, text] : redis_->client().hgetall("replikey:{load}:progress")) {
      if (field.starts_with("lane:")) {
        const auto lane = nlohmann::json::parse(text);
        count += lane.at("judged") == lane.at("applied") ? 0U : 1U;
      }
    }
    return count;
  }

  using Contents = std::map<std::string, std::map<std::string, std::string>>;
  [[nodiscard]] Contents wanted() const {
    Contents contents;
    auto sql = mysql_->client();
    for (int i = 0; i < kTables; ++i) {
      for (const auto& row : sql.query("SELECT id, version, title, price FROM " + table(i))) {
        auto& fields = contents[key_of(i, std::stoll(*row[0]))];
        if (is_hash(i)) {
          fields = {{"id", *row[0]}, {"version", *row[1]}, {"price", *row[3]}};
          if (row[2]) {
            fields["title"] = *row[2];
          }
        } else {
          fields[""] = R"({"id":)" + *row[0] + R"(,"version":)" + *row[1] + R"(,"title":)" +
                       (row[2] ? '"' + *row[2] + '"' : "null") + R"(,"price":)" + *row[3] + "}";
        }
      }
    }
    return contents;
  }
  [[nodiscard]] Contents found() const {
    Contents contents;
    auto redis = redis_->client();
    for (const auto& key : redis.keys()) {
      if (key.starts_with("replikey:")) {
        continue;
      }
      if (is_hash(std::stoi(key.substr(1)))) {
        contents[key] = redis.hgetall(key);
      } else {
        contents[key][""] = redis.get(key).value_or("");
      }
    }
    return contents;
  }

  /// Stops the traffic, lets replikey catch up, and judges all that happened.
  void settle(Traffic& traffic, const std::string& summary, const MysqlServer& source) {
    const auto committed = traffic.finish();
    await_transactions_of(*mysql_, source);
    const auto end = source.binlog_end();
    EXPECT_TRUE(wait_until(
        [&] { return is_settled(redis_->client(), "load", end) || !replikey_->is_running(); },
        120s));
    EXPECT_EQ(replikey_->terminate(), 0) << replikey_->stderr_text();
    const auto log = replikey_->stderr_text();
    EXPECT_EQ(found() == wanted(), true) << first_difference() << log;

    Account account;
    visit_aof(*redis_, [&](const Executed& executed) { account.add(executed); });
    std::size_t lost = 0;
    std::string example;
    for (const auto& write : committed) {
      if (!account.writes.contains(write)) {
        ++lost;
        example = write.first + " version " + std::to_string(write.second);
      }
    }
    std::cout << "transactions " << traffic.committed() << " (and " << traffic.rolled_back()
              << " rolled back), " << summary << ", changes " << committed.size() << ", executed "
              << account.changes << " in " << account.executions << ", doubled " << account.doubled
              << ", lost " << lost << ", backwards " << account.backwards << ", without progress "
              << account.unaccompanied << '\n';
    EXPECT_EQ(account.doubled, 0U);
    EXPECT_EQ(lost, 0U) << example;
    EXPECT_EQ(account.backwards, 0U);
    EXPECT_EQ(account.unaccompanied, 0U);
    EXPECT_EQ(account.changes, committed.size());
    for (const auto& line : account.examples) {
      ADD_FAILURE() << line;
    }
  }

  /// Waits until `server` has all that is committed on `source`, whose replica it is.
  static void await_transactions_of(const MysqlServer& source, const MysqlServer& server) {
    if (&source == &server || is_mariadb(source.flavour())) {
      return;
    }
    const auto executed = source.client().value("SELECT @@GLOBAL.gtid_executed");
    EXPECT_EQ(server.client().value("SELECT WAIT_FOR_EXECUTED_GTID_SET('" + executed + "', 60)"),
              "0")
        << ::testing::PrintToString(server.client().query("SHOW REPLICA STATUS"));
  }

  [[nodiscard]] std::string first_difference() const {
    const auto is = found();
    const auto ought = wanted();
    for (const auto& [key, value] : ought) {
      if (!is.contains(key)) {
        return key + " is missing\n";
      }
      if (is.at(key) != value) {
        return key + " differs: " + ::testing::PrintToString(is.at(key)) + " instead of " +
               ::testing::PrintToString(value) + "\n";
      }
    }
    for (const auto& [key, value] : is) {
      if (!ought.contains(key)) {
        return key + " ought not to be\n";
      }
    }
    return "no difference any more\n";
  }

  void kill_replikey(int transactions, int kills);

  std::uint32_t seed_ = random_seed();
  std::unique_ptr<Random> random_;
  std::unique_ptr<MysqlServer> mysql_;
  std::unique_ptr<RedisServer> redis_;
  std::unique_ptr<ReplikeyProcess> replikey_;
};

void Kills::kill_replikey(int transactions, int kills) {
  transactions = number_from("REPLIKEY_KILL_TRANSACTIONS", transactions);
  kills = number_from("REPLIKEY_KILLS", kills);
  Traffic traffic{*mysql_, seed_};
  int killed = 0;
  std::size_t unjudged = 0;
  const auto until_the_end = [&] { return killed >= kills && traffic.committed() >= transactions; };
  while (!until_the_end()) {
    if (random_->chance(90)) {
      ASSERT_TRUE(follows()) << replikey_->stderr_text();
    }
    ASSERT_TRUE(traffic.await(random_->between(1, transactions / kills)));
    ASSERT_TRUE(replikey_->is_running()) << replikey_->stderr_text();
    // Half of the time Redis executes what it was sent only after the sender's death.
    const bool is_redis_held = random_->chance(50);
    if (is_redis_held) {
      redis_->pause();
      ASSERT_TRUE(traffic.await(random_->between(1, 20)));
    }
    replikey_->kill9();
    ++killed;
    if (is_redis_held) {
      redis_->resume();
    }
    unjudged += unjudged_lanes();
    replikey_->start();
  }
  settle(traffic,
         "kills " + std::to_string(killed) + ", lanes left with unread replies " +
             std::to_string(unjudged),
         *mysql_);
  EXPECT_GT(unjudged, 0U);
}

TEST_F(Kills, OfReplikeyOnMySqlLoseAndDoubleNothing) {
  REPLIKEY_REQUIRE_SERVER(MysqlFlavour::MySql97);
  REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
  serve(MysqlFlavour::MySql97, "no");
  kill_replikey(20'000, 25);
}

TEST_F(Kills, OfReplikeyOnMariaDbLoseAndDoubleNothing) {
  REPLIKEY_REQUIRE_SERVER(MysqlFlavour::MariaDb1011);
  REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
  serve(MysqlFlavour::MariaDb1011, "no");
  kill_replikey(5'000, 20);
}

TEST_F(Kills, OfRedisAndItsConnectionsLoseAndDoubleNothing) {
  REPLIKEY_REQUIRE_SERVER(MysqlFlavour::MySql97);
  REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
  serve(MysqlFlavour::MySql97, "always");
  const int transactions = number_from("REPLIKEY_KILL_TRANSACTIONS", 5'000);
  const int kills = number_from("REPLIKEY_KILLS", 20);
  ASSERT_TRUE(follows()) << replikey_->stderr_text();
  Traffic traffic{*mysql_, seed_};
  int killed = 0;
  int cut = 0;
  const auto until_the_end = [&] {
    return killed + cut >= 2 * kills && traffic.committed() >= transactions;
  };
  while (!until_the_end()) {
    ASSERT_TRUE(traffic.await(random_->between(1, transactions / kills)));
    ASSERT_TRUE(replikey_->is_running()) << replikey_->stderr_text();
    if (random_->chance(50)) {
      redis_->kill();
      redis_->start();
      ++killed;
    } else {
      redis_->client().command({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
      ++cut;
    }
  }
  settle(traffic,
         "kills of Redis " + std::to_string(killed) + ", of its connections " + std::to_string(cut),
         *mysql_);
}

TEST_F(Kills, AfterTheFirstChangeFromAnotherServerLoseNothing) {
  REPLIKEY_REQUIRE_SERVER(MysqlFlavour::MySql97);
  REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
  serve(MysqlFlavour::MySql97, "no");
  auto sql = mysql_->client();
  for (int i = 0; i < 3; ++i) {
    sql.exec("FLUSH BINARY LOGS");  // places of the second server look older than what was done
  }
  const auto insert = [&sql](int first) {
    std::string text = "INSERT INTO load.t0 VALUES ";
    for (int id = first; id < first + 40; ++id) {
      text += (id == first ? "(" : ", (") + std::to_string(id) + ", 1, 'x', 1)";
    }
    sql.exec(text);
  };
  const MysqlServer replica{MysqlFlavour::MySql97, MysqlOptions{.server_id = 2}};
  follow_by(replica);
  insert(100);
  const auto end = mysql_->binlog_end();
  ASSERT_TRUE(wait_until([&] { return is_settled(redis_->client(), "load", end); }))
      << replikey_->stderr_text();
  EXPECT_EQ(replikey_->terminate(), 0) << replikey_->stderr_text();
  await_transactions_of(*mysql_, replica);

  replikey_->set_config(config_for(replica));
  replikey_->start();
  ASSERT_TRUE(follows()) << replikey_->stderr_text();
  insert(200);
  ASSERT_TRUE(holds_all()) << first_difference() << replikey_->stderr_text();
  replikey_->kill9();
  insert(300);
  await_transactions_of(*mysql_, replica);
  replikey_->start();
  EXPECT_TRUE(holds_all()) << first_difference() << replikey_->stderr_text();
  EXPECT_EQ(replikey_->terminate(), 0) << replikey_->stderr_text();
}

TEST_F(Kills, AndTurnsBetweenTwoServersLoseAndDoubleNothing) {
  REPLIKEY_REQUIRE_SERVER(MysqlFlavour::MySql97);
  REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
  serve(MysqlFlavour::MySql97, "no");
  const MysqlServer replica{MysqlFlavour::MySql97, MysqlOptions{.server_id = 2}};
  replica.client().exec("FLUSH BINARY LOGS");  // the same transaction stands in another file
  follow_by(replica);

  const int turns = number_from("REPLIKEY_KILLS", 20);
  Traffic traffic{*mysql_, seed_};
  const MysqlServer* source = mysql_.get();
  int killed = 0;
  for (int turn = 0; turn < turns; ++turn) {
    ASSERT_TRUE(follows()) << replikey_->stderr_text();
    // Half of the time the first that a lane executes on a server is also the last.
    const bool is_redis_held = random_->chance(50);
    if (is_redis_held) {
      redis_->pause();
    }
    ASSERT_TRUE(traffic.await(random_->between(1, 400)));
    ASSERT_TRUE(replikey_->is_running()) << replikey_->stderr_text();
    if (is_redis_held || random_->chance(80)) {
      replikey_->kill9();
      ++killed;
    } else {
      EXPECT_EQ(replikey_->terminate(), 0) << replikey_->stderr_text();
    }
    if (is_redis_held) {
      redis_->resume();
    }
    if (random_->chance(70)) {
      source = source == &replica ? mysql_.get() : &replica;
      traffic.pause();
      await_transactions_of(*mysql_, replica);
      traffic.resume();
      if (random_->chance(30)) {
        source->client().exec("FLUSH BINARY LOGS");
      }
    }
    replikey_->set_config(config_for(*source));
    replikey_->start();
  }
  settle(traffic, "turns " + std::to_string(turns) + ", kills " + std::to_string(killed), *source);
}

}  // namespace
}  // namespace replikey::test
