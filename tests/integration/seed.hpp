#pragma once

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

namespace replikey::test {

/// REPLIKEY_TEST_SEED, or a new one; printed, so that a failure can be had again.
[[nodiscard]] inline std::uint32_t random_seed() {
  const char* given = std::getenv("REPLIKEY_TEST_SEED");
  const auto seed =
      given != nullptr ? static_cast<std::uint32_t>(std::stoul(given)) : std::random_device{}();
  std::cout << "REPLIKEY_TEST_SEED=" << seed << '\n';
  return seed;
}

/// A whole number from the environment.
[[nodiscard]] inline int number_from(const char* variable, int otherwise) {
  const char* given = std::getenv(variable);
  return given != nullptr ? std::stoi(given) : otherwise;
}

/// Thread: any, but one at a time.
class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_{seed} {}

  /// Both ends included.
  [[nodiscard]] std::int64_t between(std::int64_t first, std::int64_t last) {
    return std::uniform_int_distribution<std::int64_t>{first, last}(engine_);
  }
  [[nodiscard]] bool chance(int percent) { return between(1, 100) <= percent; }
  [[nodiscard]] std::uint64_t bits() {
    return std::uniform_int_distribution<std::uint64_t>{}(engine_);
  }
  template <typename Container>
  [[nodiscard]] const auto& one_of(const Container& all) {
    return all[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(std::size(all)) - 1))];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace replikey::test
