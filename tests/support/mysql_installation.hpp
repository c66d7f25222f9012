#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "support/mysql_server.hpp"
#include "support/process.hpp"

namespace replikey::test {

/// Where the programs of a flavour are and how they are called; only for mysql_server.cpp.
struct MysqlInstallation {
  std::filesystem::path root;  ///< root folder of its processes
  std::filesystem::path basedir;
  std::vector<std::string> server;                 ///< program and what it always needs
  std::map<std::string, std::string> environment;  ///< for the server
};

[[nodiscard]] MysqlInstallation installation_of(MysqlFlavour flavour);
[[nodiscard]] std::filesystem::path program_of(const MysqlInstallation& installation);

/// `--version` of the server: 9.7.4, 10.11.19-MariaDB-….
[[nodiscard]] std::string version_of(const MysqlInstallation& installation);

/// Runs the server, or another program of the installation, with what it prints going to `log`.
[[nodiscard]] std::unique_ptr<Process> launch(const MysqlInstallation& installation,
                                              const std::vector<std::string>& program,
                                              const std::vector<std::string>& arguments,
                                              const std::filesystem::path& log);

/// Flags for a small and quick server of this flavour.
[[nodiscard]] std::vector<std::string> small_footprint(MysqlFlavour flavour);

/// Puts a data folder at `target` that has the admin account and no binlog. The first call on a
/// machine initialises it and keeps a copy for the others.
void make_datadir(MysqlFlavour flavour, const MysqlInstallation& installation,
                  const std::string& version, const std::filesystem::path& target);

inline constexpr const char* kAdmin = "tester";
inline constexpr const char* kAdminPassword = "tester-secret";

/// Waits until the server takes logins; throws with the end of its log when it does not.
void wait_until_ready(Process& process, const SqlAddress& address);

}  // namespace replikey::test
