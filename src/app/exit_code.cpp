#include "replikey/app/exit_code.hpp"

namespace replikey::app {

ExitCode exit_code(ErrorCode code, Phase phase) noexcept {
  if (phase == Phase::InputFile) {
    return ExitCode::DamagedInput;
  }
  switch (code) {
    case ErrorCode::Unavailable:
    case ErrorCode::Timeout: return ExitCode::Unreachable;
    case ErrorCode::Closed: return ExitCode::Done;
    case ErrorCode::CorruptData:
    case ErrorCode::Unsupported:
    case ErrorCode::Rejected: return ExitCode::Refused;
    case ErrorCode::InvalidConfig: return ExitCode::Configuration;
    case ErrorCode::Internal: return ExitCode::Internal;
  }
  return ExitCode::Internal;
}

}  // namespace replikey::app
