#pragma once

#include <chrono>
#include <functional>

namespace replikey::test {

inline constexpr std::chrono::seconds kPatience{30};

/// Asks `predicate` again and again until it holds or the deadline has passed; the only place in
/// the tests that sleeps. Returns whether it held.
[[nodiscard]] bool wait_until(const std::function<bool()>& predicate,
                              std::chrono::milliseconds patience = kPatience);

}  // namespace replikey::test
