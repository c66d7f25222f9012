#include "support/mysql_installation.hpp"

#include <cstdlib>
#include <regex>
#include <stdexcept>
#include <utility>

#include "support/server_places.hpp"
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace replikey::test {
namespace {

/// Part of the name of a kept data folder: to be raised when making one changes.
constexpr int kRecipe = 1;
constexpr std::chrono::seconds kServerPatience{120};

std::filesystem::path tmp_of(const MysqlInstallation& installation) {
  return installation.root / "tmp";
}

/// One maker of a data folder at a time on this machine.
class FileLock {
 public:
  explicit FileLock(const std::filesystem::path& path)
      : handle_{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)} {
    if (handle_ < 0 || ::flock(handle_, LOCK_EX) != 0) {
      throw std::runtime_error{"cannot lock " + path.string()};
    }
  }
  ~FileLock() { ::close(handle_); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int handle_;
};

std::string admin_accounts(MysqlFlavour flavour) {
  const std::string account = std::string{"'"} + kAdmin + "'@'%'";
  const std::string password = std::string{"'"} + kAdminPassword + "'";
  // One statement a line: that is what --init-file takes.
  if (flavour == MysqlFlavour::MySql56) {
    return "DELETE FROM mysql.user WHERE User = '';\nFLUSH PRIVILEGES;\nGRANT ALL PRIVILEGES ON "
           "*.* TO " +
           account + " IDENTIFIED BY " + password + " WITH GRANT OPTION;\n";
  }
  return "CREATE USER " + account + " IDENTIFIED BY " + password +
         ";\nGRANT ALL PRIVILEGES ON *.* TO " + account + " WITH GRANT OPTION;\n";
}

void run_to_end(Process& process, const std::string& what) {
  if (const auto code = process.wait_exit(kServerPatience); code != 0) {
    throw std::runtime_error{what + (code ? " failed:\n" : " did not end:\n") +
                             process.stdout_text()};
  }
}

void initialise(MysqlFlavour flavour, const MysqlInstallation& installation,
                const std::filesystem::path& folder) {
  const auto inside = seen_from(installation.root, folder);
  const std::string datadir = "--datadir=" + (inside / "data").string();
  const auto log = folder / "initialise.log";
  switch (flavour) {
    case MysqlFlavour::MySql56:
      run({"cp", "-a", installation.basedir / "data/mysql", folder / "data"});
      return;
    case MysqlFlavour::MySql97: {
      const auto process =
          launch(installation, installation.server,
                 {"--initialize-insecure", datadir, "--innodb-redo-log-capacity=8M",
                  "--innodb-buffer-pool-size=64M"},
                 log);
      run_to_end(*process, "mysqld --initialize-insecure");
      return;
    }
    case MysqlFlavour::MariaDb1011:
    case MysqlFlavour::MariaDb118: {
      const auto script = (installation.basedir / "bin/mariadb-install-db").string();
      const auto process =
          launch(installation, {script, "--no-defaults"},
                 {"--basedir=" + installation.basedir.string(), datadir, "--user=root", "--force",
                  "--skip-test-db", "--auth-root-authentication-method=normal",
                  "--innodb-log-file-size=8M"},
                 log);
      run_to_end(*process, script);
      return;
    }
  }
}

/// Starts the new server once, so that it makes its own files and the admin account.
void add_admin(MysqlFlavour flavour, const MysqlInstallation& installation,
               const std::filesystem::path& folder) {
  const auto inside = seen_from(installation.root, folder);
  write_file(folder / "init.sql", admin_accounts(flavour));
  std::vector<std::string> arguments = small_footprint(flavour);
  for (const std::string& argument :
       {"--datadir=" + (inside / "data").string(), "--socket=" + (inside / "s.sock").string(),
        "--pid-file=" + (inside / "pid").string(), std::string{"--skip-networking"},
        "--init-file=" + (inside / "init.sql").string()}) {
    arguments.push_back(argument);
  }
  if (flavour == MysqlFlavour::MySql97) {
    arguments.emplace_back("--disable-log-bin");
  }
  const auto process =
      launch(installation, installation.server, arguments, folder / "first-start.log");
  wait_until_ready(*process, {.host = {},
                              .port = 0,
                              .socket = folder / "s.sock",
                              .user = kAdmin,
                              .password = kAdminPassword,
                              .database = {}});
  if (process->terminate(kServerPatience) != 0) {
    throw std::runtime_error{"the first stop failed:\n" + process->stdout_text()};
  }
  std::filesystem::remove(folder / "data/auto.cnf");  // holds the server's uuid
}

std::string last_part(const std::string& text) {
  constexpr std::size_t kEnough = 4000;
  return text.size() > kEnough ? text.substr(text.size() - kEnough) : text;
}

}  // namespace

MysqlInstallation installation_of(MysqlFlavour flavour) {
  // Servers refuse to run as root unless told so; our tests may run as anybody.
  const std::vector<std::string> as_root =
      ::geteuid() == 0 ? std::vector<std::string>{"--user=root"} : std::vector<std::string>{};
  const auto with = [&](std::vector<std::string> command) {
    command.insert(command.end(), as_root.begin(), as_root.end());
    return command;
  };
  switch (flavour) {
    case MysqlFlavour::MySql56: {
      const auto base = servers_folder() / "mysql-5.6/server";
      return {.root = "/",
              .basedir = base,
              .server = with({base / "mysqld", "--no-defaults",
                              "--lc-messages-dir=" + (base / "share").string(),
                              "--character-sets-dir=" + (base / "share/charsets").string()}),
              .environment = {{"LD_LIBRARY_PATH", base}}};
    }
    case MysqlFlavour::MySql97:
      return {.root = sid_folder(),
              .basedir = "/usr",
              .server = with({"/usr/sbin/mysqld", "--no-defaults"}),
              .environment = {}};
    case MysqlFlavour::MariaDb1011:
      return {.root = "/",
              .basedir = "/usr",
              .server = with({"/usr/sbin/mariadbd", "--no-defaults"}),
              .environment = {}};
    case MysqlFlavour::MariaDb118:
      return {.root = sid_folder(),
              .basedir = "/opt/mariadb/usr",
              .server = with({"/opt/mariadb/usr/sbin/mariadbd", "--no-defaults",
                              "--basedir=/opt/mariadb/usr",
                              "--plugin-dir=/opt/mariadb/usr/lib/mysql/plugin"}),
              .environment = {}};
  }
  std::abort();
}

std::filesystem::path program_of(const MysqlInstallation& installation) {
  return installation.root / std::filesystem::path{installation.server.at(0)}.relative_path();
}

std::unique_ptr<Process> launch(const MysqlInstallation& installation,
                                const std::vector<std::string>& program,
                                const std::vector<std::string>& arguments,
                                const std::filesystem::path& log) {
  std::vector<std::string> command = program;
  command.insert(command.end(), arguments.begin(), arguments.end());
  return std::make_unique<Process>(ProcessOptions{.arguments = std::move(command),
                                                  .environment = installation.environment,
                                                  .root = installation.root,
                                                  .working_dir = {},
                                                  .stdout_file = log,
                                                  .stderr_file = {}});
}

std::string version_of(const MysqlInstallation& installation) {
  const TempDir folder;
  const auto process = launch(installation, {installation.server.at(0), "--no-defaults"},
                              {"--version"}, folder / "version");
  run_to_end(*process, "--version");
  const std::string text = process->stdout_text();
  std::smatch match;
  if (!std::regex_search(text, match, std::regex{R"(Ver ([0-9][^ ]*))"})) {
    throw std::runtime_error{"no version in: " + text};
  }
  return match[1];
}

std::vector<std::string> small_footprint(MysqlFlavour flavour) {
  std::vector<std::string> flags{
      "--innodb-buffer-pool-size=64M",
      "--innodb-flush-log-at-trx-commit=0",
      "--sync-binlog=0",
      "--performance-schema=OFF",
      "--skip-name-resolve",
      "--character-set-server=utf8mb4",
      "--max-allowed-packet=256M",
      "--lower-case-table-names=0",
  };
  if (flavour == MysqlFlavour::MySql97) {
    flags.insert(flags.end(),
                 {"--mysqlx=OFF", "--secure-file-priv=", "--innodb-redo-log-capacity=32M",
                  "--innodb-doublewrite=OFF", "--innodb-use-native-aio=0"});
  } else {
    flags.insert(flags.end(), {"--innodb-log-file-size=8M", "--innodb-use-native-aio=0"});
  }
  return flags;
}

void wait_until_ready(Process& process, const SqlAddress& address) {
  std::optional<SqlError> failure;
  const bool is_ready = wait_until(
      [&] {
        failure = SqlClient::try_connect(address);
        return !failure || !process.is_running();
      },
      kServerPatience);
  if (!is_ready || failure) {
    throw std::runtime_error{
        "the server does not come up: " + (failure ? failure->message : std::string{}) + "\n" +
        last_part(process.stdout_text())};
  }
}

void make_datadir(MysqlFlavour flavour, const MysqlInstallation& installation,
                  const std::string& version, const std::filesystem::path& target) {
  const auto templates = servers_folder() / "templates";
  std::error_code ignored;
  std::filesystem::create_directories(templates, ignored);
  const auto kept =
      templates / (std::string{to_string(flavour)} + "-" + version + "-" + std::to_string(kRecipe));
  {
    const FileLock lock{kept.string() + ".lock"};
    if (!std::filesystem::exists(kept)) {
      const TempDir folder{tmp_of(installation)};
      initialise(flavour, installation, folder.path());
      add_admin(flavour, installation, folder.path());
      const auto half = kept.string() + ".new";
      std::filesystem::remove_all(half);
      run({"cp", "-a", folder / "data", half});
      std::filesystem::rename(half, kept);
    }
  }
  run({"cp", "-a", "--reflink=auto", "--sparse=always", kept, target});
}

}  // namespace replikey::test
