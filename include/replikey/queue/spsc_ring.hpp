#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <memory>
#include <type_traits>

namespace replikey::queue {

/// Lock-free bounded ring of plain values for exactly one producer thread and one consumer thread.
/// Each side keeps a private copy of the other side's index, so that the shared cache line is
/// touched only when it must be (the idea is Erik Rigtorp's SPSCQueue). Waiting is not its job:
/// see Waiter.
template <typename T>
class SpscRing {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>,
                "items are copied as bytes");

 public:
  /// Holds at least `capacity` items; rounded up to a power of two.
  explicit SpscRing(std::size_t capacity)
      : mask_{std::bit_ceil(capacity) - 1}, slots_{std::make_unique<T[]>(mask_ + 1)} {}

  /// Producer only. False when full.
  [[nodiscard]] bool try_push(const T& value) noexcept {
    const auto at = write_.load(std::memory_order_relaxed);
    if (at - read_seen_ > mask_) {
      read_seen_ = read_.load(std::memory_order_acquire);  // pairs with the release in pop
      if (at - read_seen_ > mask_) {
        return false;
      }
    }
    slots_[at & mask_] = value;
    write_.store(at + 1, std::memory_order_release);  // pairs with the acquire in front
    return true;
  }

  /// Consumer only. The oldest item, or null when empty; stays valid until `pop`.
  [[nodiscard]] const T* front() noexcept {
    const auto at = read_.load(std::memory_order_relaxed);
    if (at == write_seen_) {
      write_seen_ = write_.load(std::memory_order_acquire);  // pairs with the release in try_push
      if (at == write_seen_) {
        return nullptr;
      }
    }
    return &slots_[at & mask_];
  }

  /// Consumer only, after `front` gave an item.
  void pop() noexcept {
    // Pairs with the acquire in try_push: the slot is free to be overwritten.
    read_.store(read_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  /// Either side: exact for the caller's own end, else a moment old.
  [[nodiscard]] bool empty() const noexcept {
    return read_.load(std::memory_order_acquire) == write_.load(std::memory_order_acquire);
  }
  [[nodiscard]] bool full() const noexcept {
    return write_.load(std::memory_order_acquire) - read_.load(std::memory_order_acquire) > mask_;
  }
  [[nodiscard]] std::size_t capacity() const noexcept { return mask_ + 1; }

 private:
  // Not std::hardware_destructive_interference_size: g++ 12 warns on its use in headers.
  static constexpr std::size_t kCacheLine = 64;

  std::size_t mask_;
  std::unique_ptr<T[]> slots_;
  alignas(kCacheLine) std::atomic<std::size_t> write_{0};
  std::size_t read_seen_{0};  // producer's
  alignas(kCacheLine) std::atomic<std::size_t> read_{0};
  std::size_t write_seen_{0};  // consumer's
};

}  // namespace replikey::queue
