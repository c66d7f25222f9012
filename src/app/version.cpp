#include "replikey/app/version.hpp"

#include "replikey_version.hpp"

#include "replikey/mysql/connection.hpp"
#include "replikey/redis/connection.hpp"

namespace replikey::app {

std::string_view version() noexcept {
  return kVersion;
}

std::string_view commit() noexcept {
  return kCommit;
}

std::string version_text() {
  std::string text = "replikey ";
  text += version();
  text += " (commit ";
  text += commit();
  text += ")\nMySQL client: " + mysql::client_library();
  text += "\nRedis client: " + redis::client_library() + "\n";
  return text;
}

}  // namespace replikey::app
