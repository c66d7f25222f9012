#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/mysql_server.hpp"
#include "support/redis_client.hpp"
#include "support/sql_client.hpp"

namespace replikey::test {

/// How a column's value is asked for and compared.
enum class Kind : std::uint8_t {
  Integer,   ///< Also YEAR and BIT; digit by digit.
  Decimal,   ///< Digit by digit.
  Float,     ///< As numbers of 32 bits.
  Double,    ///< As numbers of 64 bits.
  Text,      ///< Also ENUM and SET.
  Bytes,     ///< Base64 in a document.
  Temporal,  ///< As the server writes it, TIMESTAMP in UTC.
  Json,      ///< Parsed in a document, the server's own text in a hash.
};

struct ExpectedColumn {
  std::string name;
  Kind kind = Kind::Text;
};

/// What a rule ought to have written.
struct ExpectedKeys {
  std::string table;  ///< shop.article
  std::string key;    ///< An SQL expression over the table's columns.
  bool is_hash = false;
  bool has_ttl = false;  ///< Up to an hour; else none at all.
  std::vector<ExpectedColumn> columns;
};

/// Asks the server by SELECT for what every rule ought to have written, and says where Redis holds
/// something else: at most so many lines as can be read. Keys of replikey's own are not looked at.
/// `key_count` is set to how many keys there ought to be.
[[nodiscard]] std::vector<std::string> differences(SqlClient sql, RedisClient redis,
                                                   const std::vector<ExpectedKeys>& all,
                                                   std::size_t* key_count = nullptr);

/// Whether every lane of the pipeline says that all before `end` took effect and was judged.
[[nodiscard]] bool is_settled(RedisClient redis, std::string_view name,
                              const MysqlServer::BinlogEnd& end);

}  // namespace replikey::test
