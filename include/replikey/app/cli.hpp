#pragma once

#include <string>
#include <variant>
#include <vector>

#include "replikey/app/exit_code.hpp"

namespace replikey::app {

struct RunCommand {
  std::string config;
  bool catch_up = false;
  bool dry_run = false;
};
struct CheckCommand {
  std::string config;
  bool json = false;
};
struct DecodeCommand {
  std::vector<std::string> files;
};
struct StatusCommand {
  std::string config;
  bool json = false;
};
struct ResetCommand {
  std::string config;
  std::string to;
  bool is_confirmed = false;
};
/// Nothing to do but to say something: help and version on stdout, wrong usage on stderr.
struct SayCommand {
  std::string text;
  ExitCode exit_code = ExitCode::Done;
};

using Command =
    std::variant<RunCommand, CheckCommand, DecodeCommand, StatusCommand, ResetCommand, SayCommand>;

/// What the arguments (without the program's name) ask for. Never fails: what is wrong is said.
[[nodiscard]] Command parse_command_line(const std::vector<std::string>& arguments);

}  // namespace replikey::app
