#include "bench/measured_run.hpp"

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "support/temp_dir.hpp"
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

extern char** environ;  // NOLINT(readability-redundant-declaration): not in every <unistd.h>

namespace replikey::bench {
namespace {

std::chrono::duration<double> seconds(const timeval& time) {
  return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (auto& text : texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  void open(int handle, const std::filesystem::path& path, int flags) {
    ::posix_spawn_file_actions_addopen(&actions_, handle, path.c_str(), flags, 0644);
  }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

}  // namespace

Measured run_measured(const Program& program) {
  const test::TempDir folder;
  const auto log = folder / "log";
  constexpr int kAppend = O_WRONLY | O_CREAT | O_APPEND;
  FileActions actions;
  actions.open(0, program.input, O_RDONLY);
  actions.open(1, program.output.empty() ? log : program.output, kAppend);
  actions.open(2, log, kAppend);

  auto arguments = program.arguments;
  std::vector<std::string> environment;
  for (const auto& [name, value] : program.environment) {
    environment.emplace_back(name).append("=").append(value);
  }
  for (char** entry = environ; *entry != nullptr; ++entry) {
    environment.emplace_back(*entry);
  }
  const auto begin = std::chrono::steady_clock::now();
  pid_t pid = -1;
  if (const int failure =
          ::posix_spawnp(&pid, arguments.at(0).c_str(), actions.get(), nullptr,
                         pointers_to(arguments).data(), pointers_to(environment).data());
      failure != 0) {
    throw std::system_error{failure, std::generic_category(), arguments.at(0)};
  }
  int status = 0;
  rusage usage{};
  while (::wait4(pid, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  Measured measured;
  measured.wall = std::chrono::steady_clock::now() - begin;
  measured.cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  measured.peak_bytes = static_cast<std::size_t>(usage.ru_maxrss) * 1024;
  measured.output = std::filesystem::exists(log) ? test::read_file(log) : std::string{};
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw std::runtime_error{arguments.at(0) + " failed:\n" + measured.output};
  }
  return measured;
}

}  // namespace replikey::bench
