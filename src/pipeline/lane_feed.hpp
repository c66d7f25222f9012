#pragma once

#include <cstdint>
#include <string>

#include "replikey/checkpoint/progress.hpp"
#include "replikey/write/inlet.hpp"

namespace replikey::pipeline {

/// The intake's end of one lane: where its items go, and what it has already.
class LaneFeed {
 public:
  /// `inlet` must outlive the feed.
  LaneFeed(write::Inlet& inlet, checkpoint::LaneProgress start, bool compares_by_gtid);

  /// The lane took effect of `row` of the transaction in an earlier run, replies read.
  [[nodiscard]] bool has(const write::Begin& transaction, std::uint64_t file_number,
                         std::uint64_t row) noexcept;

  [[nodiscard]] write::Inlet& inlet() noexcept { return *inlet_; }

  /// Number of the last transaction whose Begin the lane was given; counted by the intake.
  std::uint64_t begun = 0;

 private:
  write::Inlet* inlet_;
  checkpoint::Coordinate judged_;
  GtidSet executed_;
  std::uint64_t judged_file_;
  bool compares_by_gtid_;
  bool is_past_ = false;  // everything from here on is new to the lane
};

}  // namespace replikey::pipeline
