#pragma once

#include <span>
#include <string>

#include "batch.hpp"

#include "replikey/checkpoint/progress.hpp"
#include "replikey/write/item.hpp"

namespace replikey::write {

/// Where a lane stands in the stream while it takes items: the transaction it is in, and what it
/// had applied before this run without anybody having read the replies. Thread: the lane's.
class LaneState {
 public:
  LaneState(checkpoint::LaneProgress start, bool compares_by_gtid);

  void begin(const Begin& begin);
  void finish(const End& end);
  /// Whether the lane stood at or behind the transaction's end when it started: the stream begins
  /// at the lowest lane, and shows the others what they have.
  [[nodiscard]] bool has_passed(const End& end);

  /// Whether the previous run sent this change already (replies unread).
  [[nodiscard]] bool is_suspect(const Change& change) const noexcept;
  /// Whether anything of the stream may still be suspect.
  [[nodiscard]] bool has_suspects() const noexcept { return has_suspects_; }

  /// The coordinate after `row` of the open transaction.
  void coordinate_after(std::uint64_t row, checkpoint::Coordinate& out) const;
  static void coordinate_at(const End& end, checkpoint::Coordinate& out);

  [[nodiscard]] const Begin& transaction() const noexcept { return transaction_; }

 private:
  checkpoint::Coordinate judged_;
  GtidSet executed_;
  checkpoint::Coordinate suspect_until_;
  std::uint64_t judged_file_number_;
  std::uint64_t suspect_file_number_;
  bool compares_by_gtid_;
  bool has_suspects_;
  bool is_past_ = false;  // every end from here on is new to the lane
  Begin transaction_;
  std::uint64_t file_number_ = 0;
  const std::string* numbered_file_ = nullptr;
};

/// Moves `progress` over finished transactions.
void pass_over(checkpoint::LaneProgress& progress, std::span<const End> ends);

}  // namespace replikey::write
