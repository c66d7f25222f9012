#include "support/sql_client.hpp"

#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <variant>

#include <mysql.h>

namespace replikey::test {
namespace {

constexpr unsigned kTimeoutSeconds = 60;

}  // namespace

class SqlClient::Handle {
 public:
  Handle() {
    static std::once_flag is_ready;
    std::call_once(is_ready, [] { ::mysql_library_init(0, nullptr, nullptr); });
    ::mysql_init(&mysql_);
  }
  ~Handle() { ::mysql_close(&mysql_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  std::optional<SqlError> connect(const SqlAddress& address) {
    ::mysql_options(&mysql_, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    ::mysql_options(&mysql_, MYSQL_OPT_CONNECT_TIMEOUT, &kTimeoutSeconds);
    ::mysql_options(&mysql_, MYSQL_OPT_READ_TIMEOUT, &kTimeoutSeconds);
    ::mysql_options(&mysql_, MYSQL_OPT_WRITE_TIMEOUT, &kTimeoutSeconds);
#ifndef MARIADB_BASE_VERSION
    const bool get_key =
        true;  // caching_sha2_password without TLS; MariaDB's library does it unasked
    ::mysql_options(&mysql_, MYSQL_OPT_GET_SERVER_PUBLIC_KEY, &get_key);
    // Oracle's library has mysql_native_password, which older servers need, as a plugin only.
    constexpr const char* kPlugins = "/usr/lib/mysql/plugin";
    if (std::filesystem::is_directory(kPlugins)) {
      ::mysql_options(&mysql_, MYSQL_PLUGIN_DIR, kPlugins);
    }
#endif
    const bool has_socket = !address.socket.empty();
    const MYSQL* connected = ::mysql_real_connect(
        &mysql_, has_socket ? "localhost" : address.host.c_str(), address.user.c_str(),
        address.password.c_str(), address.database.empty() ? nullptr : address.database.c_str(),
        has_socket ? 0U : address.port, has_socket ? address.socket.c_str() : nullptr,
        CLIENT_MULTI_STATEMENTS);
    return connected == nullptr ? std::optional{error()} : std::nullopt;
  }

  /// The rows of the last statement that gave some.
  std::variant<SqlRows, SqlError> run(std::string_view sql) {
    if (::mysql_real_query(&mysql_, sql.data(), length_of(sql)) != 0) {
      return error();
    }
    SqlRows rows;
    for (int more = 0; more == 0; more = ::mysql_next_result(&mysql_)) {
      if (auto failure = read_result(rows)) {
        return *failure;
      }
    }
    if (::mysql_errno(&mysql_) != 0) {
      return error();
    }
    return rows;
  }

  std::string escaped(std::string_view text) {
    std::string result(text.size() * 2 + 1, '\0');
    result.resize(::mysql_real_escape_string(&mysql_, result.data(), text.data(), length_of(text)));
    return result;
  }

  std::uint64_t connection_id() {
    return ::mysql_thread_id(&mysql_);
  }

 private:
  static unsigned long length_of(std::string_view text) {
    return text.size();
  }

  SqlError error() {
    return {::mysql_errno(&mysql_), ::mysql_error(&mysql_)};
  }

  std::optional<SqlError> read_result(SqlRows& rows) {
    MYSQL_RES* result = ::mysql_store_result(&mysql_);
    if (result == nullptr) {
      return ::mysql_errno(&mysql_) != 0 ? std::optional{error()} : std::nullopt;
    }
    rows.clear();
    const unsigned width = ::mysql_num_fields(result);
    while (char** values = ::mysql_fetch_row(result)) {
      const unsigned long* lengths = ::mysql_fetch_lengths(result);
      SqlRow& row = rows.emplace_back(width);
      for (unsigned i = 0; i < width; ++i) {
        if (values[i] != nullptr) {
          row[i].emplace(values[i], lengths[i]);
        }
      }
    }
    ::mysql_free_result(result);
    return std::nullopt;
  }

  MYSQL mysql_{};
};

SqlClient::SqlClient(const SqlAddress& address) : handle_{std::make_unique<Handle>()} {
  if (const auto failure = handle_->connect(address)) {
    throw std::runtime_error{"connect as " + address.user + ": " + failure->message};
  }
}

SqlClient::~SqlClient() = default;
SqlClient::SqlClient(SqlClient&&) noexcept = default;
SqlClient& SqlClient::operator=(SqlClient&&) noexcept = default;

std::optional<SqlError> SqlClient::try_connect(const SqlAddress& address) {
  return Handle{}.connect(address);
}

void SqlClient::exec(std::string_view sql) {
  static_cast<void>(query(sql));
}

std::optional<SqlError> SqlClient::try_exec(std::string_view sql) {
  auto outcome = handle_->run(sql);
  if (auto* failure = std::get_if<SqlError>(&outcome)) {
    return std::move(*failure);
  }
  return std::nullopt;
}

SqlRows SqlClient::query(std::string_view sql) {
  auto outcome = handle_->run(sql);
  if (const auto* failure = std::get_if<SqlError>(&outcome)) {
    throw std::runtime_error{failure->message + " (" + std::to_string(failure->code) +
                             ") in: " + std::string{sql.substr(0, 500)}};
  }
  return std::get<SqlRows>(std::move(outcome));
}

std::string SqlClient::value(std::string_view sql) {
  const SqlRows rows = query(sql);
  if (rows.empty() || !rows[0].at(0)) {
    throw std::runtime_error{"no value from: " + std::string{sql}};
  }
  return *rows[0][0];
}

std::string SqlClient::quoted(std::string_view text) {
  return "'" + handle_->escaped(text) + "'";
}

std::uint64_t SqlClient::connection_id() const {
  return handle_->connection_id();
}

}  // namespace replikey::test
