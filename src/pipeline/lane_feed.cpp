#include "lane_feed.hpp"

#include <tuple>
#include <utility>

namespace replikey::pipeline {

LaneFeed::LaneFeed(write::Inlet& inlet, checkpoint::LaneProgress start, bool compares_by_gtid)
    : inlet_{&inlet},
      judged_{std::move(start.judged)},
      executed_{std::move(start.resume.executed)},
      judged_file_{file_number(judged_.position.file)},
      compares_by_gtid_{compares_by_gtid} {}

bool LaneFeed::has(const write::Begin& transaction, std::uint64_t file_number,
                   std::uint64_t row) noexcept {
  if (is_past_) {
    return false;
  }
  if (compares_by_gtid_) {
    // Another server: its transactions may come in another order, so nothing is ever past.
    return executed_.contains(transaction.gtid) ||
           (judged_.rows > 0 && transaction.gtid == judged_.gtid && row <= judged_.rows);
  }
  if (std::tuple{file_number, transaction.start, row} <=
      std::tuple{judged_file_, judged_.position.offset, judged_.rows}) {
    return true;
  }
  is_past_ = true;
  return false;
}

}  // namespace replikey::pipeline
