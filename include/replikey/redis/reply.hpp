#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "replikey/base/error.hpp"

namespace replikey::redis {

enum class ReplyKind : std::uint8_t { Status, Error, Integer, String, Nil, Array };

/// One answer, owned. For questions asked now and then; the hot path judges replies in place.
struct Reply {
  ReplyKind kind = ReplyKind::Nil;
  std::string text;  ///< Status, Error, String.
  std::int64_t integer = 0;
  std::vector<Reply> elements;

  [[nodiscard]] bool is_error() const noexcept { return kind == ReplyKind::Error; }
  [[nodiscard]] bool is_nil() const noexcept { return kind == ReplyKind::Nil; }
};

/// What an error reply asks of us.
enum class Reaction : std::uint8_t {
  Retry,  ///< OOM, READONLY, LOADING, BUSY, MASTERDOWN, MISCONF, NOREPLICAS, CLUSTERDOWN, TRYAGAIN.
  Stop,   ///< Everything else: login, ACL, WRONGTYPE, unknown command …
};
[[nodiscard]] Reaction reaction_to(std::string_view error_reply) noexcept;

/// The reply as an Error: Unavailable for what is worth a retry, else Rejected; with the mend for
/// errors whose mend is known (the ACL rule that is missing, the setting).
[[nodiscard]] Error to_error(std::string_view error_reply);

}  // namespace replikey::redis
