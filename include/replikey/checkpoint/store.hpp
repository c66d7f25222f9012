#pragma once

#include <optional>
#include <string_view>

#include "replikey/base/result.hpp"
#include "replikey/checkpoint/progress.hpp"
#include "replikey/redis/connection.hpp"

namespace replikey::checkpoint {

/// What Redis holds, or nothing when this pipeline never ran. Fails with CorruptData when the hash
/// is incomplete (Redis was emptied while replikey ran) or not ours. Thread: the connection's.
[[nodiscard]] Result<std::optional<Progress>> load(redis::Connection& connection,
                                                   std::string_view name);

/// One lane and the session token, in one question.
struct LaneState {
  std::string session;
  LaneProgress lane;
};
[[nodiscard]] Result<std::optional<LaneState>> load_lane(redis::Connection& connection,
                                                         std::string_view name, std::size_t lane,
                                                         Flavour flavour);

/// Replaces everything stored, atomically.
[[nodiscard]] Status save(redis::Connection& connection, std::string_view name,
                          const Progress& progress);

}  // namespace replikey::checkpoint
