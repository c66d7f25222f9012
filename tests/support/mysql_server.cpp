#include "support/mysql_server.hpp"

#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "support/certificates.hpp"
#include "support/free_port.hpp"
#include "support/mysql_installation.hpp"
#include "support/server_places.hpp"

namespace replikey::test {
namespace {

constexpr std::chrono::seconds kStopPatience{60};

std::string on_off(bool is_on) {
  return is_on ? "ON" : "OFF";
}

std::vector<std::string> binlog_flags(MysqlFlavour flavour, const MysqlOptions& options) {
  std::vector<std::string> flags{
      "--log-bin=binlog", "--server-id=" + std::to_string(options.server_id),
      std::string{"--binlog-checksum="} + (options.checksum ? "CRC32" : "NONE")};
  const std::string metadata =
      std::string{"--binlog-row-metadata="} + (options.row_metadata ? "FULL" : "MINIMAL");
  switch (flavour) {
    case MysqlFlavour::MySql56:
      flags.insert(flags.end(), {"--binlog-format=ROW", "--log-slave-updates",
                                 "--gtid-mode=" + on_off(options.gtid),
                                 "--enforce-gtid-consistency=" + on_off(options.gtid)});
      break;
    case MysqlFlavour::MySql97:
      flags.insert(flags.end(), {metadata, "--gtid-mode=" + on_off(options.gtid),
                                 "--enforce-gtid-consistency=" + on_off(options.gtid)});
      break;
    case MysqlFlavour::MariaDb1011:
    case MysqlFlavour::MariaDb118:
      flags.insert(flags.end(), {metadata, "--binlog-format=ROW", "--log-slave-updates"});
      break;
  }
  if (options.durable) {
    flags.insert(flags.end(), {"--sync-binlog=1", "--innodb-flush-log-at-trx-commit=1"});
  }
  return flags;
}

std::vector<std::string> tls_flags(MysqlFlavour flavour, ServerTls tls,
                                   const std::filesystem::path& folder) {
  switch (tls) {
    case ServerTls::ServerDefault: return {};
    case ServerTls::Off:
      return {flavour == MysqlFlavour::MySql97 ? "--tls-version=" : "--skip-ssl"};
    case ServerTls::OwnCertificates:
      return {"--ssl-ca=" + (folder / "ca.pem").string(),
              "--ssl-cert=" + (folder / "server-cert.pem").string(),
              "--ssl-key=" + (folder / "server-key.pem").string()};
  }
  std::abort();
}

}  // namespace

std::string_view to_string(MysqlFlavour flavour) noexcept {
  switch (flavour) {
    case MysqlFlavour::MySql56: return "MySql56";
    case MysqlFlavour::MySql97: return "MySql97";
    case MysqlFlavour::MariaDb1011: return "MariaDb1011";
    case MysqlFlavour::MariaDb118: return "MariaDb118";
  }
  std::abort();
}

std::ostream& operator<<(std::ostream& out, MysqlFlavour flavour) {
  return out << to_string(flavour);
}

bool is_mariadb(MysqlFlavour flavour) noexcept {
  return flavour == MysqlFlavour::MariaDb1011 || flavour == MysqlFlavour::MariaDb118;
}

std::optional<std::string> missing_server(MysqlFlavour flavour) {
  const MysqlInstallation installation = installation_of(flavour);
  const bool is_in_sid = flavour == MysqlFlavour::MySql97 || flavour == MysqlFlavour::MariaDb118;
  if (is_in_sid) {
    if (auto problem = sid_problem()) {
      return problem;
    }
  }
  const auto program = program_of(installation);
  return std::filesystem::exists(program)
             ? std::nullopt
             : std::optional{"no " + program.string() + " (scripts/setup-servers installs it)"};
}

MysqlServer::MysqlServer(MysqlFlavour flavour, MysqlOptions options)
    : flavour_{flavour},
      options_{std::move(options)},
      version_{version_of(installation_of(flavour))},
      folder_{installation_of(flavour).root / "tmp"},
      port_{free_port()} {
  make_datadir(flavour_, installation_of(flavour_), version_, datadir());
  if (options_.tls == ServerTls::OwnCertificates) {
    make_certificates(tls_folder());
  }
  start();
}

void MysqlServer::start() {
  const MysqlInstallation installation = installation_of(flavour_);
  const auto inside = seen_from(installation.root, folder_.path());
  std::vector<std::string> arguments = small_footprint(flavour_);
  const auto add = [&arguments](const std::vector<std::string>& more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
  };
  // A starting server removes other servers' temporary tables from a folder they share.
  add({"--tmpdir=" + inside.string(), "--datadir=" + (inside / "data").string(),
       "--socket=" + (inside / "mysqld.sock").string(),
       "--pid-file=" + (inside / "mysqld.pid").string(), "--bind-address=127.0.0.1",
       "--port=" + std::to_string(port_)});
  add(binlog_flags(flavour_, options_));
  add(tls_flags(flavour_, options_.tls, inside / "tls"));
  add(options_.flags);
  process_ = launch(installation, installation.server, arguments, folder_ / "mysqld.log");
  wait_until_ready(*process_, admin());
}

void MysqlServer::stop() {
  if (process_->terminate(kStopPatience) != 0) {
    throw std::runtime_error{"the server did not stop cleanly:\n" + log()};
  }
}

void MysqlServer::kill() {
  process_->kill();
}

void MysqlServer::pause() {
  process_->pause();
}

void MysqlServer::resume() {
  process_->resume();
}

bool MysqlServer::is_running() {
  return process_->is_running();
}

std::string MysqlServer::log() const {
  return read_file(folder_ / "mysqld.log");
}

SqlAddress MysqlServer::admin() const {
  return {.host = "127.0.0.1",
          .port = port_,
          .socket = {},
          .user = kAdmin,
          .password = kAdminPassword,
          .database = {}};
}

SqlClient MysqlServer::client(std::string_view database) const {
  SqlAddress address = admin();
  address.database = database;
  return SqlClient{address};
}

SqlAddress MysqlServer::create_replication_user(std::string_view user,
                                                std::string_view password) const {
  SqlClient sql = client();
  const std::string account = sql.quoted(user) + "@'%'";
  // CREATE USER as such would be in the binlog that the test is about.
  sql.exec("SET sql_log_bin = 0");
  sql.exec("CREATE USER " + account + " IDENTIFIED BY " + sql.quoted(password));
  sql.exec("GRANT SELECT, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO " + account);
  SqlAddress address = admin();
  address.user = user;
  address.password = password;
  return address;
}

MysqlServer::BinlogEnd MysqlServer::binlog_end() const {
  const SqlRows rows = client().query(flavour_ == MysqlFlavour::MySql97 ? "SHOW BINARY LOG STATUS"
                                                                        : "SHOW MASTER STATUS");
  return {rows.at(0).at(0).value_or(""), std::stoull(rows.at(0).at(1).value_or("0"))};
}

}  // namespace replikey::test
