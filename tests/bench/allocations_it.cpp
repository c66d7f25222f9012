#include <charconv>
#include <string>

#include "bench/backlog.hpp"
#include "bench/measured_run.hpp"
#include "support/require_server.hpp"
#include "support/temp_dir.hpp"
#include <gtest/gtest.h>

// A row that flows allocates nothing: draining twice as many rows takes no more allocations.
namespace replikey::bench {
namespace {

constexpr std::size_t kRows = 20'000;
constexpr double kPerRow = 0.01;  // what buffers take to grow to their size

std::size_t drained_allocations(const test::SqlAddress& mysql, const test::RedisServer& redis,
                                const std::string& type) {
  const test::TempDir folder;
  const auto config = folder / "replikey.yaml";
  const auto count = folder / "count";
  Drain drain;
  drain.rule_type = type;
  test::write_file(config, configuration(mysql, redis, drain));
  redis.client().flush_all();
  static_cast<void>(
      run_measured({.arguments = {REPLIKEY_BINARY, "run", "--catch-up", "--config", config},
                    .environment = {{"LD_PRELOAD", REPLIKEY_COUNT_ALLOCATIONS},
                                    {"REPLIKEY_ALLOCATIONS", count}}}));
  const auto text = test::read_file(count);
  std::size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

struct Case {
  test::MysqlFlavour flavour;
  const char* type;
  std::size_t rows_per_transaction;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.flavour << '_' << c.type << (c.rows_per_transaction == 1 ? "_single" : "_multi");
}

class Allocations : public testing::TestWithParam<Case> {};

TEST_P(Allocations, DoNotGrowWithRows) {
  const auto& [flavour, type, rows_per_transaction] = GetParam();
  REPLIKEY_REQUIRE_SERVER(flavour);
  REPLIKEY_REQUIRE_SERVER(test::RedisFlavour::Redis7);
  const test::MysqlServer mysql{flavour};
  const test::RedisServer redis;
  make_article_table(mysql, test::read_file(REPLIKEY_ARTICLE_SQL));
  const BacklogShape shape{.changes = kRows,
                           .rows_per_transaction = rows_per_transaction,
                           .is_mixed = rows_per_transaction == 1};
  const auto account = mysql.create_replication_user();
  // An account's first login takes longer: the server hands out its key.
  static_cast<void>(drained_allocations(account, redis, type));
  add_changes(mysql, shape);
  const auto once = drained_allocations(account, redis, type);
  add_changes(mysql, shape);
  const auto twice = drained_allocations(account, redis, type);

  EXPECT_GT(once, 0U) << "nothing was counted";
  const auto more = static_cast<double>(twice) - static_cast<double>(once);
  RecordProperty("allocations_per_row", std::to_string(more / kRows));
  EXPECT_LT(more / kRows, kPerRow)
      << once << " for " << kRows << " rows, " << twice << " for " << 2 * kRows;
}

INSTANTIATE_TEST_SUITE_P(Drain, Allocations,
                         testing::Values(Case{test::MysqlFlavour::MySql97, "string", 1000},
                                         Case{test::MysqlFlavour::MySql97, "hash", 1000},
                                         Case{test::MysqlFlavour::MySql97, "string", 1},
                                         Case{test::MysqlFlavour::MySql97, "hash", 1},
                                         Case{test::MysqlFlavour::MariaDb1011, "string", 1}),
                         [](const auto& instance) {
                           return testing::PrintToString(instance.param);
                         });

}  // namespace
}  // namespace replikey::bench
