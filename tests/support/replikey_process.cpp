#include "support/replikey_process.hpp"

#include <stdexcept>
#include <utility>

namespace replikey::test {
namespace {

constexpr std::string_view kConfigPlace = "{config}";

ReplikeyProcess::Outcome outcome_of(Process& process, std::chrono::milliseconds patience) {
  const auto code = process.wait_exit(patience);
  if (!code) {
    throw std::runtime_error{"replikey did not end:\n" + process.stderr_text()};
  }
  return {*code, process.stdout_text(), process.stderr_text()};
}

ProcessOptions options_for(std::vector<std::string> arguments,
                           std::map<std::string, std::string> environment, const TempDir& folder) {
  arguments.insert(arguments.begin(), REPLIKEY_BINARY);
  std::filesystem::remove(folder / "stdout");
  std::filesystem::remove(folder / "stderr");
  return {.arguments = std::move(arguments),
          .environment = std::move(environment),
          .root = "/",
          .working_dir = {},
          .stdout_file = folder / "stdout",
          .stderr_file = folder / "stderr"};
}

}  // namespace

ReplikeyProcess::ReplikeyProcess(std::string_view config, std::vector<std::string> arguments,
                                 std::map<std::string, std::string> environment)
    : arguments_{std::move(arguments)}, environment_{std::move(environment)} {
  set_config(config);
  start();
}

void ReplikeyProcess::start() {
  process_.reset();
  std::vector<std::string> arguments = arguments_;
  bool is_placed = false;
  for (std::string& argument : arguments) {
    if (argument == kConfigPlace) {
      argument = config_file();
      is_placed = true;
    }
  }
  if (!is_placed) {
    arguments.emplace_back("--config");
    arguments.push_back(config_file());
  }
  process_ = std::make_unique<Process>(options_for(std::move(arguments), environment_, folder_));
}

void ReplikeyProcess::set_config(std::string_view config) const {
  write_file(config_file(), config);
}

bool ReplikeyProcess::is_running() {
  return process_->is_running();
}

std::optional<int> ReplikeyProcess::exit_code() {
  return process_->exit_code();
}

std::optional<int> ReplikeyProcess::wait_exit(std::chrono::milliseconds patience) {
  return process_->wait_exit(patience);
}

int ReplikeyProcess::terminate(std::chrono::milliseconds patience) {
  return process_->terminate(patience);
}

int ReplikeyProcess::kill9() {
  return process_->kill();
}

void ReplikeyProcess::pause() {
  process_->pause();
}

void ReplikeyProcess::resume() {
  process_->resume();
}

void ReplikeyProcess::signal(int number) {
  process_->signal(number);
}

pid_t ReplikeyProcess::pid() const {
  return process_->pid();
}

std::string ReplikeyProcess::stdout_text() const {
  return process_->stdout_text();
}

std::string ReplikeyProcess::stderr_text() const {
  return process_->stderr_text();
}

bool ReplikeyProcess::wait_for_log(std::string_view text, std::chrono::milliseconds patience) {
  const auto is_there = [&] { return stderr_text().find(text) != std::string::npos; };
  return wait_until([&] { return is_there() || !is_running(); }, patience) && is_there();
}

ReplikeyProcess::Outcome ReplikeyProcess::run(std::string_view config,
                                              std::vector<std::string> arguments,
                                              std::map<std::string, std::string> environment,
                                              std::chrono::milliseconds patience) {
  ReplikeyProcess replikey{config, std::move(arguments), std::move(environment)};
  return outcome_of(*replikey.process_, patience);
}

ReplikeyProcess::Outcome ReplikeyProcess::run_plain(std::vector<std::string> arguments,
                                                    std::chrono::milliseconds patience) {
  const TempDir folder;
  Process process{options_for(std::move(arguments), {}, folder)};
  return outcome_of(process, patience);
}

}  // namespace replikey::test
