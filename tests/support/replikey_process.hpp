#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace replikey::test {

/// The built replikey, run with a configuration of its own. start() may be called again after its
/// end: with the same configuration unless set_config() gave another one. What it prints is of
/// the latest run.
/// Thread: any, but one at a time; start() from a thread that outlives the run.
class ReplikeyProcess {
 public:
  /// `config` is the text of the file; arguments come before `--config FILE`, e.g. {"check"}.
  /// Where they hold `{config}`, that is the path of the file and nothing is added.
  explicit ReplikeyProcess(std::string_view config, std::vector<std::string> arguments = {},
                           std::map<std::string, std::string> environment = {});

  void start();
  void set_config(std::string_view config) const;
  void set_arguments(std::vector<std::string> arguments) { arguments_ = std::move(arguments); }

  [[nodiscard]] bool is_running();
  [[nodiscard]] std::optional<int> exit_code();
  /// Empty when it still runs at the deadline.
  std::optional<int> wait_exit(std::chrono::milliseconds patience = kPatience);
  /// SIGTERM, and waits; SIGKILL when it has not ended in time. Returns the exit code.
  int terminate(std::chrono::milliseconds patience = kPatience);
  int kill9();
  void pause();
  void resume();
  void signal(int number);
  [[nodiscard]] pid_t pid() const;

  [[nodiscard]] std::string stdout_text() const;
  [[nodiscard]] std::string stderr_text() const;
  /// Whether `text` is in what it wrote to stderr before the deadline.
  [[nodiscard]] bool wait_for_log(std::string_view text,
                                  std::chrono::milliseconds patience = kPatience);
  [[nodiscard]] std::filesystem::path config_file() const { return folder_ / "replikey.yaml"; }

  struct Outcome {
    int exit_code = -1;
    std::string stdout_text;
    std::string stderr_text;
  };
  /// Runs it to its end; throws when it does not end before the deadline.
  static Outcome run(std::string_view config, std::vector<std::string> arguments = {},
                     std::map<std::string, std::string> environment = {},
                     std::chrono::milliseconds patience = kPatience);
  /// The same without a configuration: only `arguments`.
  static Outcome run_plain(std::vector<std::string> arguments,
                           std::chrono::milliseconds patience = kPatience);

 private:
  TempDir folder_;
  std::vector<std::string> arguments_;
  std::map<std::string, std::string> environment_;
  std::unique_ptr<Process> process_;
};

}  // namespace replikey::test
