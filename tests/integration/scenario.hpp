#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "support/mysql_server.hpp"
#include "support/redis_server.hpp"
#include "support/replikey_process.hpp"
#include <gtest/gtest.h>

namespace replikey::test {

inline constexpr int kDone = 0;
inline constexpr int kUnreachable = 69;
inline constexpr int kRefused = 76;
inline constexpr int kConfiguration = 78;

inline constexpr std::string_view kStringRule =
    "  - table: shop.article\n    key: \"article:{id}\"\n";
inline constexpr std::string_view kHashRule =
    "  - table: shop.article\n    name: hashes\n    key: \"row:{id}\"\n    type: hash\n";

/// What a test may say about the configuration; lines are YAML, indented as their place wants it.
struct Settings {
  std::string mysql = "  start: earliest\n";  ///< Further keys of mysql.
  std::string redis{};                        ///< Further keys of redis.
  std::string root{};                         ///< Further keys of the file.
  std::string rules{kStringRule};
  std::string user = "replikey";
  std::string password = "replikey-secret";
  std::string redis_password{};
  std::uint16_t mysql_port = 0;  ///< 0: the scenario's server.
  std::uint16_t redis_port = 0;
};

/// How far a lane got, as the progress in Redis says.
struct LaneState {
  std::pair<std::string, std::uint64_t> resume;  ///< File and position.
  std::pair<std::string, std::uint64_t> judged;
  std::pair<std::string, std::uint64_t> applied;
  std::uint64_t applied_rows = 0;
};

/// A MySQL or MariaDB server with the table shop.article (id, title, price), a Redis server that
/// loses nothing, and replikey between them.
class Scenario : public ::testing::Test {
 protected:
  /// Each test names its servers; both must be there, see REPLIKEY_REQUIRE_SERVER.
  void serve(MysqlFlavour flavour, MysqlOptions mysql = {},
             RedisOptions redis = {.append_only = true});

  void sql(std::string_view text);
  /// Inserts rows first … last in one transaction.
  void insert(int first, int last, std::string_view title = "new");

  [[nodiscard]] std::string config(const Settings& settings = {}) const;
  /// Starts it and waits until it follows the log.
  void start(const Settings& settings = {});
  /// Starts it, and expects it to end with `code` and all of `words` in its log.
  void expect_failing_start(const Settings& settings, int code,
                            const std::vector<std::string>& words);
  /// The same for the one that runs.
  void expect_end(int code, const std::vector<std::string>& words);
  /// It ended as it should; started again with nothing mended, it ends the same way.
  void expect_refused_again(const Settings& settings, const std::vector<std::string>& words);
  /// SIGTERM, which must end it with 0.
  void stop();
  /// Runs `replikey reset --to` and expects it to do so.
  void reset(std::string_view to, const Settings& settings = {});
  /// The position after "--to " in what replikey wrote last.
  [[nodiscard]] std::string advised_reset() const;

  /// What Redis ought to hold under "article:*" or "row:*", and what it does.
  [[nodiscard]] std::map<std::string, std::string> wanted_strings();
  [[nodiscard]] std::map<std::string, std::string> strings();
  [[nodiscard]] std::map<std::string, std::string> wanted_hashes();
  [[nodiscard]] std::map<std::string, std::string> hashes();
  /// Waits until Redis holds what MySQL does and replikey has nothing more to do.
  void expect_strings_equal();
  void expect_hashes_equal();

  [[nodiscard]] std::vector<LaneState> progress();
  /// Waits until every lane says that all of the log took effect.
  void expect_settled();
  /// No lane took effect of anything behind that place.
  void expect_progress_before(const MysqlServer::BinlogEnd& place);
  /// How often `text` stands as an argument of a command in Redis's append-only file.
  [[nodiscard]] std::size_t count_in_aof(std::string_view text) const;

  std::unique_ptr<MysqlServer> mysql_;
  std::unique_ptr<RedisServer> redis_;
  std::unique_ptr<ReplikeyProcess> replikey_;
};

/// Many small transactions over shop.article in a thread of its own: inserts, updates, deletes,
/// changes of keys.
class Load {
 public:
  explicit Load(const MysqlServer& mysql);
  ~Load();
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  [[nodiscard]] int transactions() const noexcept { return transactions_; }
  /// Waits until that many more are done.
  void await(int transactions) const;
  void finish();

 private:
  void run(SqlClient sql, const std::stop_token& stop);

  std::atomic<int> transactions_ = 0;
  std::jthread thread_;
};

}  // namespace replikey::test
