// Bytes of the log that are not what the server wrote, and tables that are not what the catalogue
// says.

#include <fstream>
#include <string>
#include <vector>

#include "scenario.hpp"
#include "support/require_server.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace replikey::test {
namespace {

constexpr std::uint64_t kHeader = 19;

/// Bytes of a rows event between its header and the count of columns.
std::uint64_t fixed_part(MysqlFlavour flavour) {
  return is_mariadb(flavour) ? 8 : 10;
}

/// Gives one byte of a file another value; undo() gives it the old one.
class Damage {
 public:
  Damage(std::filesystem::path path, std::uint64_t offset, char value)
      : path_{std::move(path)}, offset_{offset} {
    old_ = read_file(path_).at(offset_);
    put(value == old_ ? static_cast<char>(value + 1) : value);
  }
  void undo() const { put(old_); }

 private:
  void put(char value) const {
    std::fstream file{path_, std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(static_cast<std::streamoff>(offset_));
    file.put(value);
  }

  std::filesystem::path path_;
  std::uint64_t offset_;
  char old_ = 0;
};

class DamagedLog : public Scenario, public ::testing::WithParamInterface<MysqlFlavour> {
 protected:
  void SetUp() override {
    REPLIKEY_REQUIRE_SERVER(GetParam());
    REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
  }
  /// Rows 1 to 3 are in Redis; 4 to 9 are only in the log.
  void fall_behind() {
    insert(1, 3);
    start();
    expect_strings_equal();
    expect_settled();
    stop();
    before_ = mysql_->binlog_end();
    insert(4, 6);
    insert(7, 9);
  }
  /// Where the first event of that type begins behind before_.
  std::uint64_t event_at(std::string_view type) {
    for (const auto& row : mysql_->client().query("SHOW BINLOG EVENTS IN '" + before_.file +
                                                  "' FROM " + std::to_string(before_.position))) {
      if (row.at(2).value_or("").starts_with(type)) {
        return std::stoull(row.at(1).value());
      }
    }
    throw std::runtime_error{"no event " + std::string{type}};
  }
  void expect_stopped(const std::vector<std::string>& words) {
    for (int i = 0; i < 2; ++i) {
      auto all = words;
      all.push_back(before_.file + ":");
      expect_failing_start({}, kRefused, all);
      expect_progress_before(before_);
      EXPECT_EQ(strings().size(), 3U);
    }
  }
  void expect_it_goes_on() {
    start();
    expect_strings_equal();
    expect_settled();
    stop();
  }

  MysqlServer::BinlogEnd before_;
};

TEST_P(DamagedLog, AnEventThatContradictsItself) {
  serve(GetParam(), {.checksum = false});
  fall_behind();
  const auto fixed = fixed_part(GetParam());
  const Damage damage{mysql_->binlog(before_.file), event_at("Write_rows") + kHeader + fixed, 9};
  expect_stopped({"WRITE_ROWS", "columns", "mend: restore the binary log"});
  damage.undo();
  expect_it_goes_on();
}

TEST_P(DamagedLog, ARowThatIsCutOff) {
  serve(GetParam(), {.checksum = false});
  fall_behind();
  // The length of the title: fixed part, count of columns, bitmap, null bitmap, id.
  const auto fixed = fixed_part(GetParam());
  const Damage damage{mysql_->binlog(before_.file),
                      event_at("Write_rows") + kHeader + fixed + 1 + 1 + 1 + 8, 120};
  expect_stopped({"shop.article", "mend: restore the binary log"});
  damage.undo();
  expect_it_goes_on();
}

TEST_P(DamagedLog, AWrongChecksum) {
  serve(GetParam());
  fall_behind();
  // A letter of the title.
  const auto fixed = fixed_part(GetParam());
  const Damage damage{mysql_->binlog(before_.file),
                      event_at("Write_rows") + kHeader + fixed + 1 + 1 + 1 + 8 + 2, 'X'};
  expect_stopped({"checksum", "restore", "replikey reset"});
  damage.undo();
  expect_it_goes_on();
}

INSTANTIATE_TEST_SUITE_P(Every, DamagedLog,
                         ::testing::Values(MysqlFlavour::MySql56, MysqlFlavour::MySql97,
                                           MysqlFlavour::MariaDb1011, MysqlFlavour::MariaDb118),
                         [](const auto& tested) { return std::string{to_string(tested.param)}; });

class OtherCatalogue : public Scenario, public ::testing::WithParamInterface<MysqlFlavour> {
 protected:
  void SetUp() override {
    REPLIKEY_REQUIRE_SERVER(GetParam());
    REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
    serve(GetParam(), {.row_metadata = false});
    if (is_mariadb(GetParam())) {
      sql("SET GLOBAL binlog_row_metadata = NO_LOG");
    }
    insert(1, 3);
    start();
    expect_strings_equal();
    expect_settled();
    stop();
    before_ = mysql_->binlog_end();
  }
  void expect_stopped(const std::vector<std::string>& words) {
    auto all = words;
    all.insert(all.end(), {"shop.article", before_.file + ":", "mend: give the table "});
    expect_failing_start({}, kRefused, all);
    expect_failing_start({}, kRefused, all);
    EXPECT_EQ(strings().size(), 3U);
    expect_progress_before(before_);
  }
  MysqlServer::BinlogEnd before_;
};

TEST_P(OtherCatalogue, AColumnMore) {
  insert(4, 6);
  sql("ALTER TABLE shop.article ADD COLUMN slug VARCHAR(20) FIRST");
  expect_stopped({"3", "4", "columns"});
  sql("ALTER TABLE shop.article DROP COLUMN slug");
  start();
  expect_strings_equal();
  expect_settled();
  stop();
}

TEST_P(OtherCatalogue, AColumnOfAnotherType) {
  insert(4, 6);
  sql("ALTER TABLE shop.article MODIFY price VARCHAR(40)");
  expect_stopped({"price"});
  sql("ALTER TABLE shop.article MODIFY price DECIMAL(10,2)");
  start();
  expect_strings_equal();
  expect_settled();
  stop();
}

TEST_P(OtherCatalogue, ATableThatIsGone) {
  insert(4, 6);
  sql("RENAME TABLE shop.article TO shop.old");
  expect_stopped({});
  sql("RENAME TABLE shop.old TO shop.article");
  start();
  expect_strings_equal();
  expect_settled();
  stop();
}

INSTANTIATE_TEST_SUITE_P(Every, OtherCatalogue,
                         ::testing::Values(MysqlFlavour::MySql56, MysqlFlavour::MariaDb1011,
                                           MysqlFlavour::MySql97),
                         [](const auto& tested) { return std::string{to_string(tested.param)}; });

}  // namespace
}  // namespace replikey::test
