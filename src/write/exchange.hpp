#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "replikey/base/result.hpp"
#include "replikey/redis/connection.hpp"

namespace replikey::write {

/// What the replies to one MULTI … EXEC said.
struct Verdict {
  /// Whose token stands in Redis; None when progress is gone.
  enum class Session : std::uint8_t { None, Ours, Other };

  bool is_executed = false;                   ///< EXEC ran; single commands may still have failed.
  std::string refusal;                        ///< Not executed: the error that says why.
  std::optional<std::size_t> failed_command;  ///< The first that failed, counted over the batch.
  std::string failure;                        ///< Its error reply.
  std::size_t failure_count = 0;
  Session session = Session::None;
};

/// Reads every reply to MULTI, `queued` commands and EXEC, of which the first is HGET of the
/// session token, which ought to be `session`, and the last HSET of progress. Fails when the
/// connection does. Allocates only to tell of an error.
[[nodiscard]] Result<Verdict> read_verdict(redis::Connection& connection, std::size_t queued,
                                           std::string_view session);

}  // namespace replikey::write
