#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "support/process.hpp"
#include "support/sql_client.hpp"
#include "support/temp_dir.hpp"

namespace replikey::test {

enum class MysqlFlavour : std::uint8_t { MySql56, MySql97, MariaDb1011, MariaDb118 };

[[nodiscard]] std::string_view to_string(MysqlFlavour flavour) noexcept;
std::ostream& operator<<(std::ostream& out, MysqlFlavour flavour);
[[nodiscard]] bool is_mariadb(MysqlFlavour flavour) noexcept;

/// Why this server cannot be started here, or nothing when it can.
[[nodiscard]] std::optional<std::string> missing_server(MysqlFlavour flavour);

enum class ServerTls : std::uint8_t {
  ServerDefault,    ///< MySQL 9.7 and MariaDB 11.8 make their own certificates; the others none
  Off,              ///< the server speaks no TLS
  OwnCertificates,  ///< a CA and a certificate for localhost and 127.0.0.1, see tls_folder()
};

struct MysqlOptions {
  bool gtid = true;          ///< MariaDB always has it
  bool row_metadata = true;  ///< binlog_row_metadata FULL, else MINIMAL; 5.6 has none
  bool checksum = true;      ///< CRC32, else NONE
  bool durable = false;      ///< sync every commit, as for a test that kills the server
  ServerTls tls = ServerTls::ServerDefault;
  unsigned server_id = 1;
  std::vector<std::string> flags{};  ///< come last, so they win
};

/// A throw-away server on a free port of 127.0.0.1 and a unix socket, with row-format binlog
/// `binlog.000001`, …. Its data folder starts as a copy of one made once per machine, and goes
/// with the object; stop() or kill() and start() keep folder and port.
/// Thread: any, but one at a time; start() from a thread that outlives the server.
/// Fails: by throwing, with the end of the server's log.
class MysqlServer {
 public:
  explicit MysqlServer(MysqlFlavour flavour, MysqlOptions options = {});

  void start();  ///< returns when it takes logins
  void stop();   ///< SIGTERM, and waits for its end
  void kill();   ///< SIGKILL
  void pause();  ///< SIGSTOP
  void resume();
  [[nodiscard]] bool is_running();
  /// Takes effect with the next start().
  void set_flags(std::vector<std::string> flags) { options_.flags = std::move(flags); }

  [[nodiscard]] MysqlFlavour flavour() const noexcept { return flavour_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string socket() const { return folder_ / "mysqld.sock"; }
  [[nodiscard]] std::filesystem::path datadir() const { return folder_ / "data"; }
  [[nodiscard]] std::filesystem::path binlog(std::string_view name) const {
    return datadir() / name;
  }
  /// ca.pem, server-cert.pem, server-key.pem, client-cert.pem, client-key.pem, other-ca.pem
  [[nodiscard]] std::filesystem::path tls_folder() const { return folder_ / "tls"; }
  [[nodiscard]] std::string log() const;
  /// As `mysqld --version` says: 10.11.19-MariaDB-…
  [[nodiscard]] const std::string& version() const noexcept { return version_; }

  /// An account with every privilege, over TCP and socket.
  [[nodiscard]] SqlAddress admin() const;
  [[nodiscard]] SqlClient client(std::string_view database = {}) const;
  /// An account with what replication needs and SELECT, by password. Not in the binlog.
  [[nodiscard]] SqlAddress create_replication_user(
      std::string_view user = "replikey", std::string_view password = "replikey-secret") const;
  /// Name of the current binlog file and its size.
  struct BinlogEnd {
    std::string file;
    std::uint64_t position = 0;
  };
  [[nodiscard]] BinlogEnd binlog_end() const;

 private:
  MysqlFlavour flavour_;
  MysqlOptions options_;
  std::string version_;
  TempDir folder_;
  std::uint16_t port_;
  std::unique_ptr<Process> process_;
};

}  // namespace replikey::test
