#pragma once

#include <cstddef>
#include <string>

#include "support/mysql_server.hpp"
#include "support/redis_server.hpp"

namespace replikey::bench {

/// What the changes of a backlog are.
struct BacklogShape {
  std::size_t changes = 0;
  /// Rows of one transaction; 1: every row is a transaction of its own.
  std::size_t rows_per_transaction = 1000;
  /// Only seven of ten changes are inserts then; two are updates and one is a delete, each of one
  /// row in a transaction of its own.
  bool is_mixed = false;
};

/// Makes the table shop.article, and what `add_changes` needs, on a new server.
void make_article_table(const test::MysqlServer& server, const std::string& article_sql);

/// Changes rows of shop.article, about 400 bytes of JSON each. Call it as often as needed.
void add_changes(const test::MysqlServer& server, const BacklogShape& shape);

/// A configuration that reads all the server's log and writes shop.article to the Redis.
struct Drain {
  std::string rule_type = "string";
  unsigned lanes = 2;
  bool uses_socket = false;  ///< To Redis by its unix socket.
  bool uses_tls = false;     ///< To MySQL.
};
[[nodiscard]] std::string configuration(const test::SqlAddress& mysql,
                                        const test::RedisServer& redis, const Drain& drain);

}  // namespace replikey::bench
