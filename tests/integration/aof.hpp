#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "support/redis_server.hpp"

namespace replikey::test {

/// What Redis executed at once: the commands between MULTI and EXEC, or one command alone.
struct Executed {
  bool is_transaction = false;
  /// Each with its arguments, the name first; views are good during the visit only.
  std::vector<std::vector<std::string_view>> commands;
};

/// Shows everything that changed something in a Redis started with append_only and without
/// rewrites, in the order of its execution; returns how many executions that were.
/// Fails: by throwing, when the append-only files are not what Redis writes.
std::size_t visit_aof(const RedisServer& redis, const std::function<void(const Executed&)>& visit);

}  // namespace replikey::test
