#pragma once

#include <cstddef>
#include <vector>

#include "replikey/base/resp_buffer.hpp"
#include "replikey/base/result.hpp"
#include "replikey/model/cell.hpp"
#include "replikey/write/item.hpp"

namespace replikey::write {

/// Turns routed changes into commands; its scratch is reused, so that a row allocates nothing in
/// the steady state. Thread: any one at a time.
class RowRenderer {
 public:
  /// Appends the commands of `change` and returns how many they are; `out` is as it was when it
  /// fails. The message names table and rule.
  [[nodiscard]] Result<std::size_t> append(RespBuffer& out, const Change& change);

 private:
  std::vector<Cell> before_;
  std::vector<Cell> after_;
};

}  // namespace replikey::write
