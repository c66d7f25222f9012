#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "document.hpp"

#include "replikey/base/error.hpp"

namespace replikey::config {

/// Collects what is wrong with a file, so that one look at it mends everything.
/// Thread: any one at a time.
class Problems {
 public:
  explicit Problems(std::string file) : file_{std::move(file)} {}

  void add(Place place, std::string_view what);
  /// `what` already begins with a place of this file.
  void add_placed(Place place, std::string what);

  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  [[nodiscard]] bool empty() const noexcept { return problems_.empty(); }
  /// All of them, one per line, in the file's order. There must be one.
  [[nodiscard]] Error error() const;

 private:
  struct Problem {
    Place place;
    std::string text;
  };
  std::string file_;
  std::vector<Problem> problems_;
};

}  // namespace replikey::config
