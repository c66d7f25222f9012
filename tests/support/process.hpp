#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "support/wait_until.hpp"
#include <sys/types.h>

namespace replikey::test {

struct ProcessOptions {
  std::vector<std::string> arguments{};              ///< the program first, as a path or by PATH
  std::map<std::string, std::string> environment{};  ///< in addition to ours
  std::filesystem::path root{"/"};                   ///< root folder of the child (needs root)
  std::filesystem::path working_dir{};               ///< inside `root`; `/` when empty and chrooted
  std::filesystem::path stdout_file{};               ///< required, appended to
  std::filesystem::path stderr_file{};               ///< the same as stdout_file when empty
};

/// A child process. It dies with the thread that started it, whatever happens to the test.
/// Thread: any, but one at a time.
/// Fails: the constructor throws when the program cannot be started.
class Process {
 public:
  explicit Process(ProcessOptions options);
  /// Ends it as terminate() does.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  [[nodiscard]] bool is_running();
  /// What a shell would say: 128 + N when a signal ended it. Empty while it runs.
  [[nodiscard]] std::optional<int> exit_code();
  /// Empty when it still runs at the deadline.
  std::optional<int> wait_exit(std::chrono::milliseconds patience = kPatience);

  void signal(int number);
  void pause();   ///< SIGSTOP, and waits until it has stopped
  void resume();  ///< SIGCONT
  int kill();     ///< SIGKILL, and waits for its end
  /// SIGTERM, then SIGKILL when it has not ended in time. Returns its exit code.
  int terminate(std::chrono::milliseconds patience = kPatience);

  [[nodiscard]] std::string stdout_text() const;
  [[nodiscard]] std::string stderr_text() const;

 private:
  void start();
  void reap(int flags);

  ProcessOptions options_;
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
};

/// Runs a program to its end; throws with its output when it fails.
std::string run(const std::vector<std::string>& arguments,
                std::chrono::milliseconds patience = kPatience);

}  // namespace replikey::test
