// ChunkPool: bounds, reuse, and giving back across threads.

#include <algorithm>
#include <atomic>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "replikey/queue/chunk_pool.hpp"

namespace replikey::queue {
namespace {

constexpr std::size_t kChunk = 1024;

TEST(Chunk, GivesOutWhatItHasAndNoMore) {
  ChunkPool pool{kChunk, 4 * kChunk};
  auto* chunk = pool.acquire(10, {});
  ASSERT_NE(chunk, nullptr);
  EXPECT_EQ(chunk->room(), kChunk);
  const auto first = chunk->allocate(1000);
  EXPECT_EQ(first.size(), 1000U);
  EXPECT_EQ(chunk->room(), 24U);
  EXPECT_TRUE(chunk->allocate(25).empty());
  const auto second = chunk->allocate(24);
  EXPECT_EQ(second.size(), 24U);
  EXPECT_EQ(second.data(), first.data() + 1000);
  EXPECT_TRUE(chunk->allocate(1).empty());
  chunk->release();
}

TEST(ChunkPool, TakesAChunkBackWithItsLastHolderAndUsesItAgain) {
  ChunkPool pool{kChunk, 4 * kChunk};
  auto* chunk = pool.acquire(1, {});
  static_cast<void>(chunk->allocate(100));
  chunk->retain();
  chunk->release();
  EXPECT_EQ(pool.bytes_out(), kChunk);
  chunk->release();
  EXPECT_EQ(pool.bytes_out(), 0U);
  auto* again = pool.acquire(kChunk, {});
  EXPECT_EQ(again, chunk);
  EXPECT_EQ(again->room(), kChunk) << "emptied";
  again->release();
}

TEST(ChunkPool, WaitsAtItsLimitUntilAChunkComesBack) {
  ChunkPool pool{kChunk, 2 * kChunk};
  auto* first = pool.acquire(1, {});
  auto* second = pool.acquire(1, {});
  EXPECT_EQ(pool.bytes_out(), 2 * kChunk);
  std::jthread other{[first] { first->release(); }};
  auto* third = pool.acquire(1, {});
  EXPECT_EQ(third, first);
  EXPECT_EQ(pool.bytes_out(), 2 * kChunk);
  second->release();
  third->release();
}

TEST(ChunkPool, GivesNothingWhenStoppedWhileWaiting) {
  ChunkPool pool{kChunk, kChunk};
  auto* only = pool.acquire(1, {});
  std::stop_source stop;
  std::jthread stopper{[&stop] { stop.request_stop(); }};
  EXPECT_EQ(pool.acquire(1, stop.get_token()), nullptr);
  EXPECT_EQ(pool.bytes_out(), kChunk);
  only->release();
  auto* after = pool.acquire(1, stop.get_token());
  EXPECT_NE(after, nullptr) << "nothing to wait for";
  after->release();
}

TEST(ChunkPool, LetsOneLargeChunkBeyondTheLimit) {
  ChunkPool pool{kChunk, 2 * kChunk};
  auto* normal = pool.acquire(1, {});
  auto* large = pool.acquire(10 * kChunk, {});
  ASSERT_NE(large, nullptr);
  EXPECT_EQ(large->room(), 10 * kChunk);
  EXPECT_EQ(pool.bytes_out(), 11 * kChunk);
  std::stop_source stopped;
  stopped.request_stop();
  EXPECT_EQ(pool.acquire(10 * kChunk, stopped.get_token()), nullptr) << "one at a time";
  EXPECT_EQ(pool.acquire(1, stopped.get_token()), nullptr) << "the limit is passed already";
  normal->release();
  auto* small = pool.acquire(1, stopped.get_token());
  ASSERT_NE(small, nullptr) << "rows of ordinary size always get one chunk";
  large->release();
  small->release();
  EXPECT_EQ(pool.bytes_out(), 0U);
}

TEST(ChunkPool, GivesOneChunkEvenWhenItsLimitIsSmaller) {
  ChunkPool pool{kChunk, 10};
  auto* chunk = pool.acquire(1, {});
  ASSERT_NE(chunk, nullptr);
  chunk->release();
}

TEST(ChunkPool, StaysWithinItsLimitWhileOthersGiveBack) {
  constexpr int kItems = 20'000;
  constexpr int kConsumers = 3;
  ChunkPool pool{kChunk, 4 * kChunk};
  struct Item {
    Chunk* chunk;
    std::span<std::byte> bytes;
    std::byte mark;
  };
  std::mutex mutex;
  std::deque<Item> items;
  std::atomic<bool> is_done{false};
  std::atomic<int> damaged{0};
  std::atomic<int> seen{0};
  std::vector<std::jthread> consumers;
  for (int i = 0; i < kConsumers; ++i) {
    consumers.emplace_back([&] {
      for (;;) {
        Item item{};
        {
          const std::scoped_lock lock{mutex};
          if (items.empty()) {
            if (is_done) {
              return;
            }
          } else {
            item = items.front();
            items.pop_front();
          }
        }
        if (item.chunk == nullptr) {
          std::this_thread::yield();
          continue;
        }
        damaged += std::all_of(item.bytes.begin(), item.bytes.end(),
                               [&](std::byte b) { return b == item.mark; })
                       ? 0
                       : 1;
        ++seen;
        item.chunk->release();
      }
    });
  }
  Chunk* chunk = nullptr;
  std::size_t highest = 0;
  for (int i = 0; i < kItems; ++i) {
    const std::size_t size = i % 500 == 0 ? 3 * kChunk : 1 + static_cast<std::size_t>(i) % 200;
    if (chunk == nullptr || chunk->room() < size) {
      if (chunk != nullptr) {
        chunk->release();
      }
      chunk = pool.acquire(size, {});
    }
    const auto mark = static_cast<std::byte>(i);
    const auto bytes = chunk->allocate(size);
    std::memset(bytes.data(), std::to_integer<int>(mark), size);
    chunk->retain();
    highest = std::max(highest, pool.bytes_out());
    const std::scoped_lock lock{mutex};
    items.push_back({chunk, bytes, mark});
  }
  chunk->release();
  is_done = true;
  consumers.clear();
  EXPECT_EQ(damaged, 0);
  EXPECT_EQ(seen, kItems);
  EXPECT_EQ(pool.bytes_out(), 0U);
  EXPECT_LE(highest, 4 * kChunk + 3 * kChunk);
}

}  // namespace
}  // namespace replikey::queue
