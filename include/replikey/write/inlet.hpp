#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <stop_token>

#include "replikey/queue/spsc_ring.hpp"
#include "replikey/queue/waiter.hpp"
#include "replikey/write/item.hpp"

namespace replikey::write {

/// How items reach a lane: a ring with somebody waiting on either end. Thread: one pushes, one
/// takes.
class Inlet {
 public:
  explicit Inlet(std::size_t capacity) : ring_{capacity} {}

  /// Producer. Waits while the ring is full; false when a stop was requested meanwhile.
  [[nodiscard]] bool push(const Item& item, const std::stop_token& stop) {
    while (!ring_.try_push(item)) {
      filled_.wake();
      const bool has_room = emptied_.wait_until(stop, std::chrono::steady_clock::time_point::max(),
                                                [this] { return !ring_.full(); });
      if (!has_room && stop.stop_requested()) {
        return false;
      }
    }
    return true;
  }
  /// Producer: what was pushed should be seen now.
  void flush() noexcept { filled_.wake(); }

  /// Producer: nothing more will be pushed; the consumer ends when it has taken everything.
  void close() noexcept {
    is_closed_.store(true, std::memory_order_release);  // pairs with the acquire in is_closed
    filled_.wake();
  }

  /// Consumer. Ask before `front`: when it was closed and the ring is empty then, all was taken.
  [[nodiscard]] bool is_closed() const noexcept {
    return is_closed_.load(std::memory_order_acquire);
  }
  /// Consumer. The oldest item or null; `pop` takes it.
  [[nodiscard]] const Item* front() noexcept { return ring_.front(); }
  void pop() noexcept { ring_.pop(); }
  /// Consumer: room was made.
  void notify_room() noexcept { emptied_.wake(); }
  /// Consumer. Sleeps until there is an item, it is closed, the deadline or a stop.
  void wait(const std::stop_token& stop, std::chrono::steady_clock::time_point deadline) {
    filled_.wait_until(stop, deadline, [this] { return !ring_.empty() || is_closed(); });
  }

  /// Lets go of what was never taken. Call when neither thread runs any more.
  void discard() noexcept;

 private:
  queue::SpscRing<Item> ring_;
  std::atomic<bool> is_closed_{false};
  queue::Waiter filled_;
  queue::Waiter emptied_;
};

}  // namespace replikey::write
