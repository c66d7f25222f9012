#include "replikey/base/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace replikey {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // row[j]: distance of b's first j + 1 characters to those of a that were looked at.
  std::vector<std::size_t> row(b.size());
  std::iota(row.begin(), row.end(), std::size_t{1});
  std::size_t last = b.size();
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = i;
    last = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0U : 1U);
      diagonal = row[j];
      last = std::min({diagonal + 1, last + 1, replaced});
      row[j] = last;
    }
  }
  return last;
}

}  // namespace

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    const auto distance = edit_distance(word, candidate);
    // Of the longer word some character must be left: "id" is not what "no" was meant to be.
    if (distance < best_distance && distance < std::max(word.size(), candidate.size())) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  const auto best = nearest(word, candidates);
  return best.empty() ? std::string{} : " (did you mean \"" + best + "\"?)";
}

}  // namespace replikey
