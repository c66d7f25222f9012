#include "support/temp_dir.hpp"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <unistd.h>

namespace replikey::test {
namespace {

constexpr std::string_view kPrefix = "replikey-test-";

/// The process that made the folder, out of its name `replikey-test-PID-XXXXXX`; 0 when the name
/// is another one.
pid_t owner_of(std::string_view name) {
  if (!name.starts_with(kPrefix)) {
    return 0;
  }
  name.remove_prefix(kPrefix.size());
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
  const bool is_ours = error == std::errc{} && end != name.data() + name.size() && *end == '-';
  return is_ours ? pid : 0;
}

void remove_leftovers(const std::filesystem::path& parent) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator{parent, ignored}) {
    const pid_t owner = owner_of(entry.path().filename().string());
    if (owner > 0 && ::kill(owner, 0) != 0 && errno == ESRCH) {
      std::filesystem::remove_all(entry.path(), ignored);
    }
  }
}

}  // namespace

TempDir::TempDir(const std::filesystem::path& parent) {
  remove_leftovers(parent);
  std::string name = parent / (std::string{kPrefix} + std::to_string(::getpid()) + "-XXXXXX");
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::system_error{errno, std::generic_category(), "mkdtemp " + name};
  }
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in) {
    throw std::runtime_error{"cannot read " + path.string()};
  }
  std::ostringstream content;
  content << in.rdbuf();
  return std::move(content).str();
}

void write_file(const std::filesystem::path& path, std::string_view content) {
  std::ofstream out{path, std::ios::binary | std::ios::trunc};
  out << content;
  out.close();
  if (!out) {
    throw std::runtime_error{"cannot write " + path.string()};
  }
}

}  // namespace replikey::test
