// replikey: keeps rows of MySQL and MariaDB in Redis.

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <variant>
#include <vector>

#include "replikey/app/cli.hpp"
#include "replikey/app/commands.hpp"

namespace {

using namespace replikey::app;  // NOLINT(google-build-using-namespace)

ExitCode say(const SayCommand& command) {
  std::FILE* stream = command.exit_code == ExitCode::Done ? stdout : stderr;
  std::fputs(command.text.c_str(), stream);
  return command.exit_code;
}

struct Perform {
  ExitCode operator()(const RunCommand& command) const { return run(command); }
  ExitCode operator()(const CheckCommand& command) const { return check(command); }
  ExitCode operator()(const DecodeCommand& command) const { return decode(command); }
  ExitCode operator()(const StatusCommand& command) const { return status(command); }
  ExitCode operator()(const ResetCommand& command) const { return reset(command); }
  ExitCode operator()(const SayCommand& command) const { return say(command); }
};

ExitCode perform(const std::vector<std::string>& arguments) noexcept {
  try {
    return std::visit(Perform{}, parse_command_line(arguments));
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "replikey: internal error: %s\n", exception.what());
  } catch (...) {
    std::fputs("replikey: internal error\n", stderr);
  }
  return ExitCode::Internal;
}

}  // namespace

int main(int argc, char** argv) {
  // A reader of our output that goes away shows as an error of write.
  std::signal(SIGPIPE, SIG_IGN);
  return static_cast<int>(perform({argv + (argc > 0 ? 1 : 0), argv + argc}));
}
