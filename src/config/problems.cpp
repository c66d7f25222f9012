#include "problems.hpp"

#include <algorithm>
#include <utility>

namespace replikey::config {

void Problems::add(Place place, std::string_view what) {
  add_placed(place, to_string(file_, place) + ": " + std::string{what});
}

void Problems::add_placed(Place place, std::string what) {
  problems_.push_back({place, std::move(what)});
}

Error Problems::error() const {
  auto sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
    return std::pair{a.place.line, a.place.column} < std::pair{b.place.line, b.place.column};
  });
  std::string message;
  for (const auto& problem : sorted) {
    message += message.empty() ? "" : "\n";
    message += problem.text;
  }
  return Error{ErrorCode::InvalidConfig, std::move(message)};
}

}  // namespace replikey::config
