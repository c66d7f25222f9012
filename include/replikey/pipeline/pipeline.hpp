#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

#include "replikey/base/result.hpp"
#include "replikey/pipeline/options.hpp"
#include "replikey/redis/connection.hpp"

namespace replikey::pipeline {

/// What the outside is told while the pipeline runs.
struct Hooks {
  /// The stream is open and rows may flow; called once, from the calling thread of run().
  std::function<void()> on_ready;
  /// --dry-run: one command in redis-cli's quoting, without a line end. One call at a time.
  std::function<void(std::string_view)> on_command;
};

/// Whether this Redis may be trusted with rows and progress. Rejected, with the mend, when not.
[[nodiscard]] Status check_redis(redis::Connection& connection,
                                 const redis::ConnectionOptions& options);

/// Runs the pipeline until `stop` is requested, --catch-up is done, or it must stop. Owns all
/// threads it starts and joins them. Thread: call from one thread; `stop` may be requested from
/// any.
///
/// Success means drained (or, when Redis is down at the end, that progress in Redis is exact).
/// Fails with Unavailable (a server cannot be reached at start), Rejected, CorruptData,
/// Unsupported (a server refuses or the stream stops) or InvalidConfig.
[[nodiscard]] Status run(const Options& options, const RunMode& mode, const Hooks& hooks,
                         std::stop_token stop);

}  // namespace replikey::pipeline
