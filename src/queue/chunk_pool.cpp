#include "replikey/queue/chunk_pool.hpp"

#include <algorithm>

namespace replikey::queue {

Chunk::Chunk(ChunkPool& pool, std::size_t capacity)
    : pool_{&pool},
      capacity_{capacity},
      bytes_{std::make_unique_for_overwrite<std::byte[]>(capacity)} {}

void Chunk::release() noexcept {
  // Acquire and release: the last holder sees every other holder done with the bytes.
  if (holders_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    pool_->give_back(this);
  }
}

ChunkPool::ChunkPool(std::size_t chunk_size, std::size_t limit)
    : chunk_size_{chunk_size}, limit_{limit} {
  free_.reserve(std::max<std::size_t>(limit / chunk_size, 1) + 1);
}

ChunkPool::~ChunkPool() = default;

Chunk* ChunkPool::acquire(std::size_t size, const std::stop_token& stop) {
  const auto capacity = std::max(size, chunk_size_);
  const bool is_large = capacity > chunk_size_;
  const auto has_room = [this, capacity, is_large] {
    const auto large = large_out_.load(std::memory_order_relaxed);
    const auto all = bytes_out();
    return all + capacity <= limit_ || (is_large ? large : all - large) == 0;
  };
  while (!waiter_.wait_until(stop, std::chrono::steady_clock::time_point::max(), has_room)) {
    if (stop.stop_requested()) {
      return nullptr;
    }
  }
  bytes_out_.fetch_add(capacity, std::memory_order_relaxed);
  large_out_.fetch_add(is_large ? capacity : 0, std::memory_order_relaxed);
  std::unique_ptr<Chunk> chunk;
  if (capacity == chunk_size_) {
    const std::scoped_lock lock{mutex_};
    if (!free_.empty()) {
      chunk = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (!chunk) {
    // Not make_unique: the constructor is the pool's to call.
    chunk.reset(new Chunk{*this, capacity});
  }
  chunk->used_ = 0;
  chunk->holders_.store(1, std::memory_order_relaxed);
  return chunk.release();
}

void ChunkPool::give_back(Chunk* chunk) noexcept {
  std::unique_ptr<Chunk> owned{chunk};
  const auto capacity = owned->capacity_;
  if (capacity == chunk_size_) {
    const std::scoped_lock lock{mutex_};
    if (free_.size() < free_.capacity()) {
      free_.push_back(std::move(owned));
    }
  }
  owned.reset();
  // Large first: the difference of the two must not fall below what normal chunks take.
  large_out_.fetch_sub(capacity > chunk_size_ ? capacity : 0, std::memory_order_relaxed);
  bytes_out_.fetch_sub(capacity, std::memory_order_relaxed);
  waiter_.wake();
}

}  // namespace replikey::queue
