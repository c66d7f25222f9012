#include "bench/backlog.hpp"

#include <algorithm>

namespace replikey::bench {
namespace {

/// Numbers to select from.
constexpr std::size_t kNumbers = 10'000;
constexpr std::string_view kHelpers = R"(
CREATE DATABASE bench;
CREATE TABLE bench.digit (d int PRIMARY KEY);
INSERT INTO bench.digit VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
CREATE TABLE bench.number (n int PRIMARY KEY);
INSERT INTO bench.number SELECT a.d + 10 * b.d + 100 * c.d + 1000 * d.d
  FROM bench.digit a, bench.digit b, bench.digit c, bench.digit d;
)";

constexpr std::string_view kInsert =
    "INSERT INTO shop.article (id, title, author, status, views, price, body, tags) SELECT ";
/// All but the id of a row, made from the number `n`.
constexpr std::string_view kValues = R"(,
  CONCAT('Ten things about row ', n, ' of a binary log'),
  CONCAT('Author ', n % 97, ' "Example"'),
  ELT(1 + n % 3, 'draft', 'published', 'archived'), n * 7, n / 100,
  CONCAT('Row ', n, ': ', REPEAT('lorem ipsum dolor sit amet ', 6)),
  '["mysql", "redis"]')";

std::string single_rows(std::string_view name, std::string_view statement) {
  std::string sql{"CREATE PROCEDURE bench."};
  sql += name;
  sql += "(first bigint, last bigint) BEGIN DECLARE n bigint DEFAULT first; WHILE n <= last DO ";
  sql += statement;
  sql += "; SET n = n + 1; END WHILE; END";
  return sql;
}

std::string number(std::size_t value) {
  return std::to_string(value);
}

void insert_rows(test::SqlClient& client, std::size_t first, std::size_t rows,
                 std::size_t rows_per_transaction) {
  if (rows_per_transaction == 1) {
    client.exec("CALL bench.insert_rows(" + number(first) + ", " + number(first + rows - 1) + ")");
    return;
  }
  while (rows > 0) {
    const auto count = std::min({rows, rows_per_transaction, kNumbers});
    client.exec(std::string{kInsert} + number(first) + " + n" + std::string{kValues} +
                " FROM bench.number WHERE n < " + number(count));
    first += count;
    rows -= count;
  }
}

std::string place_of(const test::RedisServer& redis, bool uses_socket) {
  return uses_socket ? "{socket: " + redis.socket()
                     : "{host: 127.0.0.1, port: " + std::to_string(redis.port());
}

}  // namespace

void make_article_table(const test::MysqlServer& server, const std::string& article_sql) {
  auto client = server.client();
  client.exec(article_sql);
  client.exec(kHelpers);
  client.exec(single_rows("insert_rows", std::string{kInsert} + "n" + std::string{kValues}));
  client.exec(single_rows("update_rows",
                          "UPDATE shop.article SET views = views + 1, price = NULL WHERE id = n"));
  client.exec(single_rows("delete_rows", "DELETE FROM shop.article WHERE id = n"));
}

void add_changes(const test::MysqlServer& server, const BacklogShape& shape) {
  auto client = server.client("bench");
  const auto updates = shape.is_mixed ? shape.changes / 5 : 0;
  const auto deletes = shape.is_mixed ? shape.changes / 10 : 0;
  const auto first = std::stoull(client.value("SELECT COALESCE(MAX(id), 0) + 1 FROM shop.article"));
  insert_rows(client, first, shape.changes - updates - deletes, shape.rows_per_transaction);
  if (shape.is_mixed) {
    const auto call = [&](const std::string& procedure, std::size_t rows) {
      client.exec("CALL bench." + procedure + "(" + number(first) + ", " +
                  number(first + rows - 1) + ")");
    };
    call("update_rows", updates);
    call("delete_rows", deletes);
  }
}

std::string configuration(const test::SqlAddress& mysql, const test::RedisServer& redis,
                          const Drain& drain) {
  return "name: bench\nmysql: {host: 127.0.0.1, port: " + std::to_string(mysql.port) +
         ", user: " + mysql.user + ", password: " + mysql.password +
         ", start: earliest, tls: {mode: " + (drain.uses_tls ? "required" : "disabled") +
         "}}\nredis: " + place_of(redis, drain.uses_socket) +
         ", lanes: " + std::to_string(drain.lanes) +
         "}\nrules:\n  - {table: shop.article, key: \"article:article_id_{id}\", type: " +
         drain.rule_type + "}\n";
}

}  // namespace replikey::bench
