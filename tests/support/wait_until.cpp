#include "support/wait_until.hpp"

#include <algorithm>
#include <thread>

namespace replikey::test {

bool wait_until(const std::function<bool()>& predicate, std::chrono::milliseconds patience) {
  using std::chrono::milliseconds;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (milliseconds pause{2}; !predicate(); pause = std::min(pause * 2, milliseconds{50})) {
    if (std::chrono::steady_clock::now() >= deadline) {
      return predicate();
    }
    std::this_thread::sleep_for(pause);
  }
  return true;
}

}  // namespace replikey::test
