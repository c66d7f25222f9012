#include "support/server_places.hpp"

#include <cstdlib>

#include <unistd.h>

namespace replikey::test {
namespace {

// scripts/lib/sid.sh writes it when the folder is complete.
constexpr const char* kSidMark = ".replikey-sid";

std::filesystem::path from_environment(const char* name, const std::filesystem::path& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? otherwise : std::filesystem::path{value};
}

}  // namespace

std::filesystem::path servers_folder() {
  return from_environment("REPLIKEY_SERVERS", "/var/lib/replikey-servers");
}

bool is_inside_sid() {
  return std::filesystem::exists(std::filesystem::path{"/"} / kSidMark);
}

std::filesystem::path sid_folder() {
  return is_inside_sid() ? "/" : from_environment("REPLIKEY_SID", servers_folder() / "sid");
}

std::optional<std::string> sid_problem() {
  if (!std::filesystem::exists(sid_folder() / kSidMark)) {
    return "no Debian unstable in " + sid_folder().string() + " (scripts/setup-servers makes it)";
  }
  if (!std::filesystem::exists(sid_folder() / "proc/self") ||
      !std::filesystem::exists(sid_folder() / "dev/null")) {
    return "proc and dev are not mounted in " + sid_folder().string() +
           " (scripts/setup-servers does it)";
  }
  if (!is_inside_sid() && ::geteuid() != 0) {
    return "servers of " + sid_folder().string() + " start as root only";
  }
  return std::nullopt;
}

std::filesystem::path seen_from(const std::filesystem::path& root,
                                const std::filesystem::path& path) {
  return std::filesystem::path{"/"} / path.lexically_relative(root);
}

}  // namespace replikey::test
