#include <cerrno>
#include <fstream>
#include <ios>
#include <iterator>
#include <optional>
#include <system_error>

#include "sections.hpp"

namespace replikey::config {
namespace {

Error unreadable(const std::filesystem::path& path, int reason) {
  return Error{ErrorCode::InvalidConfig,
               path.string() + ": " + std::generic_category().message(reason)};
}

/// What stands in the file; nothing, with a problem, when it cannot be read.
std::optional<std::string> content_of(const Section& section, std::string_view key,
                                      const std::filesystem::path& path) {
  auto content = read_file(path);
  if (!content) {
    section.problem(key, "cannot read " + content.error().message());
    return std::nullopt;
  }
  return std::move(*content);
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return unreadable(path, EISDIR);
  }
  errno = 0;
  std::ifstream stream{path, std::ios::binary};
  if (!stream.is_open()) {
    return unreadable(path, errno == 0 ? EIO : errno);
  }
  try {
    return std::string{std::istreambuf_iterator<char>{stream}, {}};
  } catch (const std::ios_base::failure&) {
    return unreadable(path, errno == 0 ? EIO : errno);
  }
}

void read_password(const Section& section, const std::filesystem::path& folder, std::string& into) {
  section.exclusive("password", "password_file");
  section.text("password", into);
  std::string file;
  section.text("password_file", file);
  if (file.empty()) {
    return;
  }
  auto content = content_of(section, "password_file", folder / file);
  if (!content) {
    return;
  }
  if (content->ends_with('\n')) {
    content->pop_back();
  }
  if (content->ends_with('\r')) {
    content->pop_back();
  }
  into = std::move(*content);
}

void read_path(const Section& section, std::string_view key, const std::filesystem::path& folder,
               std::string& into) {
  std::string file;
  section.text(key, file);
  if (!file.empty() && content_of(section, key, folder / file)) {
    into = folder / file;
  }
}

}  // namespace replikey::config
