#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <vector>

#include "replikey/queue/waiter.hpp"

namespace replikey::queue {

class ChunkPool;

/// Memory that several items share, given back to its pool when the last of them lets go.
/// Filled by one thread, read by many.
class Chunk {
 public:
  /// Memory of `size` bytes, or empty when the chunk has no room for it. Thread: the filler.
  [[nodiscard]] std::span<std::byte> allocate(std::size_t size) noexcept {
    if (capacity_ - used_ < size) {
      return {};
    }
    const std::span<std::byte> taken{bytes_.get() + used_, size};
    used_ += size;
    return taken;
  }
  [[nodiscard]] std::size_t room() const noexcept { return capacity_ - used_; }

  /// One more holder. Thread: one that holds it already.
  void retain() noexcept { holders_.fetch_add(1, std::memory_order_relaxed); }
  /// One holder fewer; the last one gives the chunk back. Thread: any.
  void release() noexcept;

 private:
  friend class ChunkPool;
  Chunk(ChunkPool& pool, std::size_t capacity);

  ChunkPool* pool_;
  std::size_t capacity_;
  std::size_t used_ = 0;
  std::unique_ptr<std::byte[]> bytes_;
  std::atomic<std::size_t> holders_{1};
};

/// Chunks of one size, used again and again, bounded in bytes altogether; larger requests get a
/// chunk of their own that is freed afterwards. Must outlive its chunks.
class ChunkPool {
 public:
  /// At most `limit` bytes are out at a time, and beyond them one chunk that is larger than
  /// `chunk_size`.
  ChunkPool(std::size_t chunk_size, std::size_t limit);
  ~ChunkPool();
  ChunkPool(const ChunkPool&) = delete;
  ChunkPool& operator=(const ChunkPool&) = delete;

  /// A chunk with at least `size` bytes of room and one holder, the caller. Waits while the limit
  /// is reached; null when a stop is requested. Thread: one.
  [[nodiscard]] Chunk* acquire(std::size_t size, const std::stop_token& stop);

  [[nodiscard]] std::size_t bytes_out() const noexcept {
    return bytes_out_.load(std::memory_order_relaxed);
  }

 private:
  friend class Chunk;
  void give_back(Chunk* chunk) noexcept;

  std::size_t chunk_size_;
  std::size_t limit_;
  std::atomic<std::size_t> bytes_out_{0};
  std::atomic<std::size_t> large_out_{0};  // of them, in chunks larger than chunk_size_
  std::mutex mutex_;
  std::vector<std::unique_ptr<Chunk>> free_;
  Waiter waiter_;
};

}  // namespace replikey::queue
