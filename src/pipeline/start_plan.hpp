#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "intake.hpp"

#include "replikey/base/result.hpp"
#include "replikey/checkpoint/progress.hpp"
#include "replikey/mysql/connection.hpp"
#include "replikey/pipeline/options.hpp"
#include "replikey/source/server_control.hpp"

namespace replikey::pipeline {

/// With what lanes a session begins.
struct StartPlan {
  checkpoint::Progress progress;
  /// The stored lanes differ and the configured count is another: run with the stored ones up to
  /// here, where they are level, then plan again.
  std::optional<StopAt> level_at;
};

/// Makes the plan from what Redis holds, or from `start:` when it holds nothing. Logs what it
/// decides. Fails with Rejected, naming the way out, when the server cannot go on from there.
[[nodiscard]] Result<StartPlan> plan_start(const Options& options,
                                           std::optional<checkpoint::Progress> stored,
                                           const std::string& routing,
                                           const source::ServerIdentity& server,
                                           mysql::Connection& control, const std::stop_token& stop);

/// Where the stream has to begin so that every lane gets what it lacks.
[[nodiscard]] ResumePoint resume_point(const checkpoint::Progress& progress);

}  // namespace replikey::pipeline
