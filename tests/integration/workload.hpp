#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "oracle.hpp"
#include "seed.hpp"
#include "support/mysql_server.hpp"
#include "support/sql_client.hpp"

namespace replikey::test {

/// A column and what may stand in it: an SQL literal each time.
struct WorkloadColumn {
  std::string name;
  std::string type;
  Kind kind = Kind::Text;
  std::function<std::string(Random&)> literal{};
};

/// Tables of the database `shop` in which every plain type has a column:
///  - every: all but what is long, key id (BIGINT UNSIGNED), and a slug that is unique
///  - texts: TEXT and BLOB of every size, key id
///  - pair: key (a, b), where a holds separators
/// and random transactions over them from several connections.
class Workload {
 public:
  explicit Workload(const MysqlServer& mysql);

  void create_tables() const;
  /// The rules section, two rules for each table at least, and what they ought to write.
  [[nodiscard]] static std::string rules();
  [[nodiscard]] std::vector<ExpectedKeys> expected() const;

  /// So many transactions from each of `connections` threads; returns when they are done.
  void run(int connections, int transactions, std::uint32_t seed) const;
  /// Transactions done by run() so far.
  [[nodiscard]] int done() const noexcept { return done_; }

 private:
  class Session;

  const MysqlServer& mysql_;
  std::vector<WorkloadColumn> every_;
  std::vector<WorkloadColumn> texts_;
  std::vector<WorkloadColumn> pair_;
  mutable std::atomic<int> done_ = 0;
  mutable std::atomic<std::uint64_t> slugs_ = 0;
};

}  // namespace replikey::test
