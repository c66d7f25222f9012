#pragma once

#include <cstdint>

#include "replikey/base/error.hpp"

namespace replikey::app {

/// What a process says when it ends; the same for every command.
enum class ExitCode : std::uint8_t {
  Done = 0,
  WrongUsage = 64,
  DamagedInput = 65,   ///< A file to decode cannot be read to its end.
  Unreachable = 69,    ///< A server cannot be reached.
  Internal = 70,       ///< A fault of replikey itself.
  Refused = 76,        ///< A server refuses or is unsuitable, or the stream stops.
  Configuration = 78,  ///< The configuration file.
};

/// What was being done when an error came up.
enum class Phase : std::uint8_t {
  Servers,    ///< Talking to a server, or reading its stream.
  InputFile,  ///< Reading a file of the user's.
};

/// The one place where errors become exit codes.
[[nodiscard]] ExitCode exit_code(ErrorCode code, Phase phase) noexcept;

}  // namespace replikey::app
