#pragma once

#include <span>
#include <string>
#include <string_view>

namespace replikey {

/// The candidate closest to `word` by edit distance, or empty when none is close enough to be
/// what was meant. Thread: any. Used for "did you mean" in messages; never on the hot path.
[[nodiscard]] std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// " (did you mean \"x\"?)" or nothing, ready to be appended to a message.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       std::span<const std::string> candidates);

}  // namespace replikey
