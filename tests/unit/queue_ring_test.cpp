// SpscRing and Waiter, alone and across threads.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include <gtest/gtest.h>

#include "replikey/queue/spsc_ring.hpp"
#include "replikey/queue/waiter.hpp"

namespace replikey::queue {
namespace {

using Clock = std::chrono::steady_clock;

TEST(SpscRing, RoundsItsCapacityUp) {
  EXPECT_EQ(SpscRing<int>{0}.capacity(), 1U);
  EXPECT_EQ(SpscRing<int>{1}.capacity(), 1U);
  EXPECT_EQ(SpscRing<int>{3}.capacity(), 4U);
  EXPECT_EQ(SpscRing<int>{8}.capacity(), 8U);
}

TEST(SpscRing, IsEmptyThenFullThenEmptyAgainManyTimesOver) {
  SpscRing<int> ring{4};
  int next = 0;
  int expected = 0;
  for (int round = 0; round < 100; ++round) {
    EXPECT_TRUE(ring.empty());
    EXPECT_EQ(ring.front(), nullptr);
    const int count = 1 + round % 4;
    for (int i = 0; i < count; ++i) {
      EXPECT_FALSE(ring.full());
      ASSERT_TRUE(ring.try_push(next++));
    }
    EXPECT_FALSE(ring.empty());
    if (count == 4) {
      EXPECT_TRUE(ring.full());
      EXPECT_FALSE(ring.try_push(-1));
    }
    for (int i = 0; i < count; ++i) {
      ASSERT_NE(ring.front(), nullptr);
      EXPECT_EQ(*ring.front(), expected);
      EXPECT_EQ(*ring.front(), expected++) << "front takes nothing";
      ring.pop();
    }
  }
}

struct Wide {
  std::uint64_t number = 0;
  std::uint64_t square = 0;
  std::uint64_t padding[14] = {};
};

TEST(SpscRing, KeepsOrderAndContentAcrossThreads) {
  constexpr std::uint64_t kCount = 200'000;
  for (const std::size_t capacity : {1U, 2U, 64U}) {
    SpscRing<Wide> ring{capacity};
    std::jthread producer{[&ring] {
      for (std::uint64_t i = 0; i < kCount / 4; ++i) {
        while (!ring.try_push({.number = i, .square = i * i})) {
          std::this_thread::yield();
        }
      }
    }};
    for (std::uint64_t i = 0; i < kCount / 4; ++i) {
      const Wide* item = nullptr;
      while ((item = ring.front()) == nullptr) {
        std::this_thread::yield();
      }
      ASSERT_EQ(item->number, i);
      ASSERT_EQ(item->square, i * i);
      ring.pop();
    }
    EXPECT_TRUE(ring.empty());
  }
}

TEST(Waiter, DoesNotWaitForWhatHoldsAlready) {
  Waiter waiter;
  EXPECT_TRUE(waiter.wait_until({}, Clock::time_point::min(), [] { return true; }));
}

TEST(Waiter, GivesUpAtTheDeadline) {
  Waiter waiter;
  const auto deadline = Clock::now() + std::chrono::milliseconds{20};
  EXPECT_FALSE(waiter.wait_until({}, deadline, [] { return false; }));
  EXPECT_GE(Clock::now(), deadline);
}

TEST(Waiter, EndsWhenStopped) {
  Waiter waiter;
  std::stop_source stop;
  std::jthread stopper{[&stop] { stop.request_stop(); }};
  EXPECT_FALSE(waiter.wait_until(stop.get_token(), Clock::time_point::max(), [] { return false; }));
  EXPECT_FALSE(waiter.wait_until(stop.get_token(), Clock::time_point::max(), [] { return false; }));
  EXPECT_TRUE(waiter.wait_until(stop.get_token(), Clock::time_point::max(), [] { return true; }));
}

/// Two threads hand one token to and fro; each turn is one chance to lose a wake-up, which would
/// then show as a missed deadline.
TEST(Waiter, LosesNoWakeUp) {
  constexpr int kTurns = 20'000;
  std::atomic<int> turn{0};
  Waiter even;
  Waiter odd;
  const auto play = [&turn](int parity, Waiter& mine, Waiter& other) {
    for (int i = parity; i < kTurns; i += 2) {
      const auto is_mine = [&turn, i] { return turn.load(std::memory_order_acquire) == i; };
      if (!mine.wait_until({}, Clock::now() + std::chrono::seconds{20}, is_mine)) {
        return i;
      }
      turn.store(i + 1, std::memory_order_release);
      other.wake();
    }
    return -1;
  };
  int lost_by_odd = 0;
  std::jthread second{[&] { lost_by_odd = play(1, odd, even); }};
  EXPECT_EQ(play(0, even, odd), -1);
  second.join();
  EXPECT_EQ(lost_by_odd, -1);
}

/// The ring with somebody waiting on either end, as lanes use it.
TEST(Waiter, CarriesARingThroughFullAndEmpty) {
  constexpr int kCount = 50'000;
  SpscRing<int> ring{8};
  Waiter filled;
  Waiter emptied;
  const auto late = [] { return Clock::now() + std::chrono::seconds{20}; };
  std::atomic<bool> is_stuck{false};
  std::jthread producer{[&] {
    for (int i = 0; i < kCount; ++i) {
      while (!ring.try_push(i)) {
        if (!emptied.wait_until({}, late(), [&ring] { return !ring.full(); })) {
          is_stuck = true;
          return;
        }
      }
      filled.wake();
    }
  }};
  for (int i = 0; i < kCount; ++i) {
    while (ring.front() == nullptr) {
      ASSERT_TRUE(filled.wait_until({}, late(), [&ring] { return !ring.empty(); })) << i;
    }
    ASSERT_EQ(*ring.front(), i);
    ring.pop();
    emptied.wake();
  }
  producer.join();
  EXPECT_FALSE(is_stuck);
}

}  // namespace
}  // namespace replikey::queue
