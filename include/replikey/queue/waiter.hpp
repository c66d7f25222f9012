#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace replikey::queue {

/// Lets one thread sleep until another has something for it. While nobody sleeps, `wake` is one
/// fence and one load. Thread: one waits, any wakes.
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
    sleeping_.store(true, std::memory_order_relaxed);
    // Pairs with the fence in wake(): either we see what was handed over, or wake() sees us sleep.
    std::atomic_thread_fence(std::memory_order_seq_cst);
    const bool ready = condition_.wait_until(lock, stop, deadline, is_ready);
    sleeping_.store(false, std::memory_order_relaxed);
    return ready;
  }

  /// After something was handed over.
  void wake() noexcept {
    std::atomic_thread_fence(std::memory_order_seq_cst);  // pairs with the one in wait_until
    if (sleeping_.load(std::memory_order_relaxed)) {
      const std::scoped_lock lock{mutex_};
      condition_.notify_all();
    }
  }

 private:
  std::atomic<bool> sleeping_{false};
  std::mutex mutex_;
  std::condition_variable_any condition_;
};

}  // namespace replikey::queue
