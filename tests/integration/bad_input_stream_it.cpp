// Events that cannot be followed stop the stream before them, with a message that says where and
// what mends it; once mended, it goes on.

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "scenario.hpp"
#include "support/require_server.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace replikey::test {
namespace {

using ::testing::HasSubstr;

class BadInput : public Scenario {
 protected:
  /// Two rows are in Redis; what comes next is what the test is about.
  void follow(const Settings& settings = {}) {
    insert(1, 2);
    start(settings);
    expect_strings_equal();
    expect_settled();
    before_ = mysql_->binlog_end();
  }
  /// It ended with these words and the place of the event, took nothing of what followed, and
  /// ends so again until something is mended.
  void expect_stopped(const std::vector<std::string>& words, const Settings& settings = {}) {
    auto all = words;
    all.push_back(before_.file + ":");
    expect_refused_again(settings, all);
    expect_progress_before(before_);
  }
  /// As the message says: the rows are written again, and the stream goes on behind.
  void mend_by_reset(const std::string& statements, const Settings& settings = {}) {
    const auto place = advised_reset();
    if (!statements.empty()) {
      sql(statements);
    }
    reset(place, settings);
    start(settings);
    insert(50, 52);
    expect_strings_equal();
    expect_settled();
    stop();
  }

  MysqlServer::BinlogEnd before_;
};

class BadStatement : public BadInput, public ::testing::WithParamInterface<MysqlFlavour> {
 protected:
  void SetUp() override {
    REPLIKEY_REQUIRE_SERVER(GetParam());
    REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
    serve(GetParam());
  }
};

TEST_P(BadStatement, StatementFormat) {
  follow();
  sql("SET SESSION binlog_format = STATEMENT; "
      "UPDATE shop.article SET title = 'by statement' WHERE id = 1");
  insert(4, 6);
  expect_stopped({"shop.article", "without row events", "binlog_format",
                  "mend: ", "replikey reset --config FILE --to "});
  mend_by_reset("UPDATE shop.article SET title = 'by row' WHERE id = 1");
}

TEST_P(BadStatement, TruncateOfARuledTable) {
  follow();
  sql("TRUNCATE TABLE shop.article");
  insert(4, 6);
  expect_stopped({"TRUNCATE TABLE shop.article", "mend: ", "on_truncate: ignore",
                  "replikey reset --config FILE --to "});
  redis_->client().command({"UNLINK", "article:1", "article:2"});
  mend_by_reset("");
}

TEST_P(BadStatement, TruncateMayBeIgnored) {
  const Settings settings{.rules = std::string{kStringRule} + "    on_truncate: ignore\n"};
  follow(settings);
  sql("TRUNCATE TABLE shop.article");
  insert(4, 6);
  auto wanted = wanted_strings();
  wanted.merge(strings());
  EXPECT_TRUE(wait_until([&] { return strings() == wanted; })) << replikey_->stderr_text();
  EXPECT_EQ(wanted.size(), 5U);
  stop();
}

TEST_P(BadStatement, NullInAKey) {
  const Settings settings{.rules = "  - table: shop.article\n    key: \"article:{title}\"\n"};
  start(settings);
  insert(1, 1, "one");
  EXPECT_TRUE(wait_until([&] { return redis_->client().exists("article:one"); }));
  expect_settled();
  before_ = mysql_->binlog_end();
  sql("INSERT INTO shop.article VALUES (2, NULL, 2)");
  insert(3, 3, "three");
  expect_stopped({"shop.article", "\"title\", which is NULL", "mend: "}, settings);
  EXPECT_FALSE(redis_->client().exists("article:three"));
  // Another key that every row has.
  start();
  EXPECT_TRUE(wait_until([&] { return redis_->client().exists("article:3"); }))
      << replikey_->stderr_text();
  EXPECT_TRUE(redis_->client().exists("article:2"));
  stop();
}

TEST_P(BadStatement, AColumnThatIsNotThere) {
  insert(1, 2);
  const Settings settings{.rules = "  - table: shop.article\n    key: \"article:{idd}\"\n"};
  expect_failing_start(settings, kRefused,
                       {"shop.article", "idd", "did you mean \"id\"?", "mend: "});
  expect_failing_start(settings, kRefused,
                       {"shop.article", "idd", "did you mean \"id\"?", "mend: "});
  EXPECT_TRUE(strings().empty());
  start();
  expect_strings_equal();
  stop();
}

TEST_P(BadStatement, AColumnThatIsNotThereAnyMore) {
  sql("ALTER TABLE shop.article ADD COLUMN slug VARCHAR(20)");
  const Settings settings{.rules = "  - table: shop.article\n    key: \"article:{id}:{slug}\"\n"};
  start(settings);
  sql("INSERT INTO shop.article VALUES (1, 'one', 1.5, 'first')");
  EXPECT_TRUE(wait_until([&] { return redis_->client().exists("article:1:first"); }))
      << replikey_->stderr_text();
  expect_settled();
  sql("ALTER TABLE shop.article DROP COLUMN slug");
  before_ = mysql_->binlog_end();
  insert(2, 3);
  expect_stopped({"shop.article", "slug", "mend: "}, settings);
  start();
  EXPECT_TRUE(wait_until([&] { return redis_->client().exists("article:3"); }))
      << replikey_->stderr_text();
  EXPECT_TRUE(redis_->client().exists("article:2"));
  stop();
}

TEST_P(BadStatement, ARowImageWithoutAllColumns) {
  follow();
  sql("SET SESSION binlog_row_image = MINIMAL; UPDATE shop.article SET price = 9 WHERE id = 1");
  insert(4, 6);
  expect_stopped({"shop.article", "binlog_row_image", "mend: "});
  mend_by_reset("UPDATE shop.article SET title = 'whole' WHERE id = 1");
}

TEST_P(BadStatement, ADistributedTransaction) {
  follow();
  sql("XA START 'x'; INSERT INTO shop.article VALUES (3, 'xa', 3); XA END 'x'; XA PREPARE 'x'; "
      "XA COMMIT 'x'");
  insert(4, 6);
  if (GetParam() == MysqlFlavour::MySql56) {
    expect_strings_equal();  // an ordinary transaction in its log
    stop();
    return;
  }
  // Its rows first, and then its COMMIT, which stands in the log by itself.
  expect_stopped({"XA", "mend: ", "replikey reset --config FILE --to "});
  reset(advised_reset());
  before_ = mysql_->binlog_end();
  start();
  expect_stopped({"XA", "mend: ", "replikey reset --config FILE --to "});
  mend_by_reset("UPDATE shop.article SET title = 'again' WHERE id = 3");
}

TEST_P(BadStatement, PurgedLogs) {
  follow();
  stop();
  insert(4, 6);
  sql("FLUSH BINARY LOGS; FLUSH BINARY LOGS");
  const auto end = mysql_->binlog_end();
  // The server keeps what it may still need for its own recovery, or sends to a replica.
  ASSERT_TRUE(wait_until([&] {
    sql("PURGE BINARY LOGS TO '" + end.file + "'");
    return mysql_->client().query("SHOW BINARY LOGS").at(0).at(0) == end.file;
  }));
  expect_failing_start({}, kRefused, {"cannot go on from " + before_.file, "purged", "reset"});
  expect_failing_start({}, kRefused, {"cannot go on from " + before_.file, "purged", "reset"});
  expect_progress_before(before_);
  reset("latest");
  start();
  sql("UPDATE shop.article SET title = 'again'");
  expect_strings_equal();
  stop();
}

TEST_P(BadStatement, LogsThatBeganAnew) {
  follow();
  stop();
  sql(GetParam() == MysqlFlavour::MySql97 ? "RESET BINARY LOGS AND GTIDS" : "RESET MASTER");
  insert(4, 6);
  expect_failing_start({}, kRefused, {"cannot go on from " + before_.file, "reset"});
  reset("earliest");
  start();
  expect_strings_equal();
  stop();
}

INSTANTIATE_TEST_SUITE_P(Every, BadStatement,
                         ::testing::Values(MysqlFlavour::MySql56, MysqlFlavour::MySql97,
                                           MysqlFlavour::MariaDb1011, MysqlFlavour::MariaDb118),
                         [](const auto& tested) { return std::string{to_string(tested.param)}; });

class Mysql97Events : public BadInput {
 protected:
  void SetUp() override {
    REPLIKEY_REQUIRE_SERVER(MysqlFlavour::MySql97);
    REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
    serve(MysqlFlavour::MySql97);
  }
};

TEST_F(Mysql97Events, ACompressedTransaction) {
  follow();
  sql("SET SESSION binlog_transaction_compression = ON; "
      "INSERT INTO shop.article VALUES (3, REPEAT('x', 300), 3)");
  insert(4, 6);
  expect_stopped({"TRANSACTION_PAYLOAD", "not decoded", "binlog_transaction_compression",
                  "replikey reset --config FILE --to "});
  mend_by_reset("UPDATE shop.article SET title = 'plain' WHERE id = 3");
}

TEST_F(Mysql97Events, APartialUpdate) {
  sql("CREATE TABLE shop.doc (id INT PRIMARY KEY, doc JSON); INSERT INTO shop.doc VALUES "
      "(1, JSON_OBJECT('a', REPEAT('x', 200), 'b', 'one'))");
  const Settings settings{.rules = std::string{kStringRule} +
                                   "  - table: shop.doc\n    key: \"doc:{id}\"\n"};
  follow(settings);
  sql("SET SESSION binlog_row_value_options = PARTIAL_JSON; "
      "UPDATE shop.doc SET doc = JSON_SET(doc, '$.b', 'two')");
  insert(4, 6);
  expect_stopped({"PARTIAL_UPDATE_ROWS", "not decoded", "binlog_row_value_options",
                  "replikey reset --config FILE --to "},
                 settings);
  mend_by_reset("UPDATE shop.doc SET doc = JSON_SET(doc, '$.b', 'three')", settings);
  EXPECT_THAT(redis_->client().get("doc:1").value_or(""), HasSubstr("three"));
}

class MariaDbEvents : public BadInput, public ::testing::WithParamInterface<MysqlFlavour> {
 protected:
  void SetUp() override {
    REPLIKEY_REQUIRE_SERVER(GetParam());
    REPLIKEY_REQUIRE_SERVER(RedisFlavour::Redis7);
    serve(GetParam());
  }
};

TEST_P(MariaDbEvents, CompressedEvents) {
  follow();
  sql("SET GLOBAL log_bin_compress_min_len = 10; SET GLOBAL log_bin_compress = ON");
  sql("INSERT INTO shop.article VALUES (3, REPEAT('x', 300), 3)");
  sql("SET GLOBAL log_bin_compress = OFF");
  insert(4, 6);
  expect_stopped(
      {"COMPRESSED", "not decoded", "log_bin_compress", "replikey reset --config FILE --to "});
  mend_by_reset("UPDATE shop.article SET title = 'plain' WHERE id = 3");
}

INSTANTIATE_TEST_SUITE_P(Every, MariaDbEvents,
                         ::testing::Values(MysqlFlavour::MariaDb1011, MysqlFlavour::MariaDb118),
                         [](const auto& tested) { return std::string{to_string(tested.param)}; });

}  // namespace
}  // namespace replikey::test
