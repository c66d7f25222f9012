#pragma once

#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "intake.hpp"

#include "replikey/base/result.hpp"
#include "replikey/checkpoint/progress.hpp"
#include "replikey/pipeline/options.hpp"
#include "replikey/pipeline/pipeline.hpp"
#include "replikey/route/table_plan.hpp"

namespace replikey::pipeline {

/// How a session ended without an error.
enum class SessionEnd : std::uint8_t {
  Done,   ///< Stopped, or its target reached: everything it took in is in Redis.
  Again,  ///< Redis went back, or another server took over: plan again from what Redis holds.
};

/// What a session is made of. Everything must outlive it.
struct SessionSetup {
  const Options& options;
  const Hooks& hooks;
  std::span<const route::Rule> rules;
  const checkpoint::Progress& progress;
  std::string server;  ///< Identity of the server the stream comes from.
  std::optional<StopAt> target;
  bool is_dry_run = false;
  bool is_catch_up = false;
  bool tells_ready = false;
};

/// One stretch of replication: opens the stream, runs intake and lanes until a stop, the target or
/// a failure, and joins every thread. Thread: call from one thread.
[[nodiscard]] Result<SessionEnd> run_session(const SessionSetup& setup,
                                             const std::stop_token& stop);

}  // namespace replikey::pipeline
