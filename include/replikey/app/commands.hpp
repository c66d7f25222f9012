#pragma once

#include "replikey/app/cli.hpp"
#include "replikey/app/exit_code.hpp"

namespace replikey::app {

// One function per command: does it, prints to stdout what was asked for and to stderr what went
// wrong. Thread: main.

[[nodiscard]] ExitCode run(const RunCommand& command);
[[nodiscard]] ExitCode check(const CheckCommand& command);
[[nodiscard]] ExitCode decode(const DecodeCommand& command);
[[nodiscard]] ExitCode status(const StatusCommand& command);
[[nodiscard]] ExitCode reset(const ResetCommand& command);

}  // namespace replikey::app
