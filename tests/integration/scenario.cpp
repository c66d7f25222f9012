#include "scenario.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "support/wait_until.hpp"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace replikey::test {
namespace {

using ::testing::HasSubstr;
using Contents = std::map<std::string, std::string>;

std::pair<std::string, std::uint64_t> place_of(const nlohmann::json& object) {
  return {object.at("file").get<std::string>(), object.at("position").get<std::uint64_t>()};
}

std::string fields_text(const std::map<std::string, std::string>& fields) {
  std::string text;
  for (const auto& [field, value] : fields) {
    text += field + "=" + value + ";";
  }
  return text;
}

void expect_words(const std::string& text, const std::vector<std::string>& words) {
  for (const auto& word : words) {
    EXPECT_THAT(text, HasSubstr(word));
  }
}

}  // namespace

void Scenario::serve(MysqlFlavour flavour, MysqlOptions mysql, RedisOptions redis) {
  mysql_ = std::make_unique<MysqlServer>(flavour, std::move(mysql));
  redis_ = std::make_unique<RedisServer>(RedisFlavour::Redis7, std::move(redis));
  static_cast<void>(mysql_->create_replication_user());
  sql("CREATE DATABASE shop; CREATE TABLE shop.article "
      "(id BIGINT PRIMARY KEY, title VARCHAR(400), price DECIMAL(10,2))");
}

void Scenario::sql(std::string_view text) {
  mysql_->client().exec(text);
}

void Scenario::insert(int first, int last, std::string_view title) {
  std::string text = "INSERT INTO shop.article VALUES ";
  for (int id = first; id <= last; ++id) {
    text += (id == first ? "(" : ", (") + std::to_string(id) + ", '" + std::string{title} + "', " +
            std::to_string(id) + ".50)";
  }
  sql(text);
}

std::string Scenario::config(const Settings& settings) const {
  const auto port = [](std::uint16_t wanted, std::uint16_t otherwise) {
    return std::to_string(wanted != 0 ? wanted : otherwise);
  };
  const auto redis_password =
      settings.redis_password.empty() ? "" : "  password: " + settings.redis_password + "\n";
  return "name: shop\n" + settings.root +
         "mysql:\n  port: " + port(settings.mysql_port, mysql_->port()) +
         "\n  user: " + settings.user + "\n  password: " + settings.password + "\n" +
         settings.mysql + "redis:\n  port: " + port(settings.redis_port, redis_->port()) + "\n" +
         redis_password + settings.redis + "rules:\n" + settings.rules;
}

void Scenario::start(const Settings& settings) {
  replikey_ = std::make_unique<ReplikeyProcess>(config(settings));
  ASSERT_TRUE(replikey_->wait_for_log("the stream is open")) << replikey_->stderr_text();
}

void Scenario::expect_failing_start(const Settings& settings, int code,
                                    const std::vector<std::string>& words) {
  replikey_ = std::make_unique<ReplikeyProcess>(config(settings));
  expect_end(code, words);
}

void Scenario::expect_end(int code, const std::vector<std::string>& words) {
  const auto ended = replikey_->wait_exit();
  ASSERT_TRUE(ended) << "still runs: " << replikey_->stderr_text();
  EXPECT_EQ(*ended, code) << replikey_->stderr_text();
  expect_words(replikey_->stderr_text(), words);
}

void Scenario::expect_refused_again(const Settings& settings,
                                    const std::vector<std::string>& words) {
  expect_end(kRefused, words);
  const auto first = replikey_->stderr_text();
  expect_failing_start(settings, kRefused, words);
}

void Scenario::stop() {
  EXPECT_EQ(replikey_->terminate(), kDone) << replikey_->stderr_text();
}

void Scenario::reset(std::string_view to, const Settings& settings) {
  const auto outcome =
      ReplikeyProcess::run(config(settings), {"reset", "--to", std::string{to}, "--yes"});
  EXPECT_EQ(outcome.exit_code, kDone) << outcome.stdout_text << outcome.stderr_text;
}

std::string Scenario::advised_reset() const {
  const auto text = replikey_->stderr_text();
  const auto found = text.rfind("--to binlog.");
  if (found == std::string::npos) {
    throw std::runtime_error{"no position to reset to is advised:\n" + text};
  }
  const auto begin = found + std::string_view{"--to "}.size();
  const auto colon = text.find(':', begin);
  return text.substr(begin, text.find_first_not_of("0123456789", colon + 1) - begin);
}

Contents Scenario::wanted_strings() {
  Contents contents;
  for (const auto& row : mysql_->client().query("SELECT id, title, price FROM shop.article")) {
    contents["article:" + row.at(0).value()] = R"({"id":)" + row.at(0).value() + R"(,"title":)" +
                                               (row.at(1) ? "\"" + *row.at(1) + "\"" : "null") +
                                               R"(,"price":)" + row.at(2).value_or("null") + "}";
  }
  return contents;
}

Contents Scenario::strings() {
  Contents contents;
  auto redis = redis_->client();
  for (const auto& key : redis.keys("article:*")) {
    contents[key] = redis.get(key).value_or("");
  }
  return contents;
}

Contents Scenario::wanted_hashes() {
  Contents contents;
  for (const auto& row : mysql_->client().query("SELECT id, title, price FROM shop.article")) {
    std::map<std::string, std::string> fields;
    const std::vector<std::string> names{"id", "title", "price"};
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (row.at(i)) {
        fields[names[i]] = *row.at(i);
      }
    }
    contents["row:" + row.at(0).value()] = fields_text(fields);
  }
  return contents;
}

Contents Scenario::hashes() {
  Contents contents;
  auto redis = redis_->client();
  for (const auto& key : redis.keys("row:*")) {
    contents[key] = fields_text(redis.hgetall(key));
  }
  return contents;
}

void Scenario::expect_strings_equal() {
  const auto wanted = wanted_strings();
  static_cast<void>(wait_until([&] { return strings() == wanted || !replikey_->is_running(); }));
  EXPECT_EQ(strings(), wanted) << replikey_->stderr_text();
}

void Scenario::expect_hashes_equal() {
  const auto wanted = wanted_hashes();
  static_cast<void>(wait_until([&] { return hashes() == wanted || !replikey_->is_running(); }));
  EXPECT_EQ(hashes(), wanted) << replikey_->stderr_text();
}

std::vector<LaneState> Scenario::progress() {
  std::vector<LaneState> lanes;
  for (const auto& [field, text] : redis_->client().hgetall("replikey:{shop}:progress")) {
    if (field.starts_with("lane:")) {
      const auto json = nlohmann::json::parse(text);
      lanes.push_back({.resume = place_of(json.at("resume")),
                       .judged = place_of(json.at("judged")),
                       .applied = place_of(json.at("applied")),
                       .applied_rows = json.at("applied").at("rows").get<std::uint64_t>()});
    }
  }
  return lanes;
}

void Scenario::expect_settled() {
  const auto end = mysql_->binlog_end();
  const auto place = std::pair{end.file, end.position};
  EXPECT_TRUE(wait_until([&] {
    const auto lanes = progress();
    return !lanes.empty() && std::all_of(lanes.begin(), lanes.end(), [&](const LaneState& lane) {
      return lane.resume == place && lane.judged == place && lane.applied == place &&
             lane.applied_rows == 0;
    });
  })) << replikey_->stderr_text();
}

void Scenario::expect_progress_before(const MysqlServer::BinlogEnd& place) {
  const auto lanes = progress();
  EXPECT_FALSE(lanes.empty());
  for (const auto& lane : lanes) {
    EXPECT_LE(lane.applied, (std::pair{place.file, place.position}));
  }
}

std::size_t Scenario::count_in_aof(std::string_view text) const {
  const auto argument = "\r\n" + std::string{text} + "\r\n";
  std::size_t count = 0;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator{redis_->datadir() / "appendonlydir"}) {
    const auto content = read_file(file.path());
    // The end of one argument may be the begin of the next.
    for (auto at = content.find(argument); at != std::string::npos;
         at = content.find(argument, at + 1)) {
      ++count;
    }
  }
  return count;
}

Load::Load(const MysqlServer& mysql)
    : thread_{[this, sql = mysql.client()](const std::stop_token& stop) mutable {
        run(std::move(sql), stop);
      }} {}

Load::~Load() {
  finish();
}

void Load::run(SqlClient sql, const std::stop_token& stop) {
  constexpr int kFirst = 10000;
  for (int id = kFirst; !stop.stop_requested(); ++id) {
    const auto text = std::to_string(id);
    sql.exec("BEGIN; INSERT INTO shop.article VALUES (" + text + ", 'load', 1.25), (-" + text +
             ", 'load', 2.50); UPDATE shop.article SET price = price + 1 WHERE id = " + text +
             "; COMMIT");
    const auto old = std::to_string(id - 3);
    switch (id % 4) {
      case 0: sql.exec("DELETE FROM shop.article WHERE id = " + old); break;
      case 1:
        sql.exec("UPDATE shop.article SET title = 'again' WHERE id <= " + old +
                 " ORDER BY id DESC LIMIT 3");
        break;
      case 2:
        sql.exec("UPDATE shop.article SET id = 1000000 + " + old + " WHERE id = " + old);
        break;
      default: break;
    }
    ++transactions_;
  }
}

void Load::await(int transactions) const {
  const int wanted = transactions_ + transactions;
  if (!wait_until([&] { return transactions_ >= wanted; })) {
    throw std::runtime_error{"the load makes no progress"};
  }
}

void Load::finish() {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
}

}  // namespace replikey::test
