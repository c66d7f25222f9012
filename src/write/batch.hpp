#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "replikey/base/resp_buffer.hpp"
#include "replikey/checkpoint/progress.hpp"
#include "replikey/write/item.hpp"

namespace replikey::write {

/// Where a change stands in a batch and where it came from.
struct BatchedChange {
  std::size_t first_command = 0;
  std::size_t command_count = 0;
  std::size_t bytes_begin = 0;
  std::size_t bytes_end = 0;
  const std::string* file = nullptr;
  std::uint64_t position = 0;
  const route::TablePlan* plan = nullptr;
  std::uint16_t target = 0;
};

/// What one MULTI … EXEC carries: the commands of whole row changes, and the progress they make.
/// Reused: in the steady state it allocates nothing. Thread: the lane's.
struct Batch {
  RespBuffer request;  ///< MULTI, HGET session, the changes' commands; sealed: HSET progress, EXEC.
  std::size_t command_count = 0;  ///< Of the changes.
  std::vector<BatchedChange> changes;
  std::vector<End> ends;       ///< Transactions finished within, in order.
  checkpoint::Coordinate end;  ///< How far a lane is when this is applied.

  [[nodiscard]] bool has_commands() const noexcept { return command_count > 0; }
  void clear() noexcept {
    request.clear();
    command_count = 0;
    changes.clear();
    ends.clear();
  }
};

/// "table shop.article at binlog.000003:1234 (rule \"article\", key \"article:7\")".
[[nodiscard]] std::string describe(const Batch& batch, const BatchedChange& change);

/// The change that `command` (counted over the batch) belongs to.
[[nodiscard]] const BatchedChange& change_of(const Batch& batch, std::size_t command);

}  // namespace replikey::write
