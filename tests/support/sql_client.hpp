#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace replikey::test {

struct SqlAddress {
  std::string host{"127.0.0.1"};
  std::uint16_t port = 0;
  std::string socket{};  ///< used instead of host and port when set
  std::string user{};
  std::string password{};
  std::string database{};
};

struct SqlError {
  unsigned code = 0;
  std::string message{};
};

using SqlRow = std::vector<std::optional<std::string>>;
using SqlRows = std::vector<SqlRow>;

/// A test's own connection to a MySQL or MariaDB server, not built on what is tested. Speaks
/// utf8mb4. Takes several statements in one text.
/// Thread: any, but one at a time.
/// Fails: by throwing, with the statement and the server's words.
class SqlClient {
 public:
  explicit SqlClient(const SqlAddress& address);
  ~SqlClient();
  SqlClient(SqlClient&&) noexcept;
  SqlClient& operator=(SqlClient&&) noexcept;

  /// Why no connection is possible, or nothing when it is.
  [[nodiscard]] static std::optional<SqlError> try_connect(const SqlAddress& address);

  void exec(std::string_view sql);
  [[nodiscard]] std::optional<SqlError> try_exec(std::string_view sql);
  [[nodiscard]] SqlRows query(std::string_view sql);
  /// First column of the first row; throws when there is no row or when it is NULL.
  [[nodiscard]] std::string value(std::string_view sql);
  /// 'text', quoted for this connection; any bytes.
  [[nodiscard]] std::string quoted(std::string_view text);
  [[nodiscard]] std::uint64_t connection_id() const;

 private:
  class Handle;
  std::unique_ptr<Handle> handle_;
};

}  // namespace replikey::test
