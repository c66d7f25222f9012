#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace replikey::queue {

/// Lets one thread sleep until another has something for it. While nobody sleeps, `wake` is one
/// atomic operation. Thread: one waits, any wakes.
class Waiter {
 public:
  /// Sleeps until `is_ready()` holds, the deadline passes or a stop is requested; `is_ready` is
  /// called on this thread. Returns what it said last.
  template <typename Ready>
  bool wait_until(const std::stop_token& stop, std::chrono::steady_clock::time_point deadline,
                  Ready is_ready) {
    if (is_ready()) {
      return true;
    }
    std::unique_lock lock{mutex_};
    // Pairs with the one in wake(). Both change the same value, so that one comes first: either we
    // see what was handed over, or wake() sees us sleep.
    sleepers_.fetch_add(1, std::memory_order_acq_rel);
    const bool ready = condition_.wait_until(lock, stop, deadline, is_ready);
    sleepers_.fetch_sub(1, std::memory_order_relaxed);
    return ready;
  }

  /// After something was handed over.
  void wake() noexcept {
    // Changes nothing, but takes its place among the changes: pairs with the one in wait_until.
    if (sleepers_.fetch_add(0, std::memory_order_acq_rel) != 0) {
      const std::scoped_lock lock{mutex_};
      condition_.notify_all();
    }
  }

 private:
  std::atomic<int> sleepers_{0};
  std::mutex mutex_;
  std::condition_variable_any condition_;
};

}  // namespace replikey::queue
