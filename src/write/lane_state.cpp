#include "lane_state.hpp"

#include <tuple>
#include <utility>

namespace replikey::write {

LaneState::LaneState(checkpoint::LaneProgress start, bool compares_by_gtid)
    : judged_{std::move(start.judged)},
      executed_{std::move(start.resume.executed)},
      suspect_until_{std::move(start.applied)},
      judged_file_number_{file_number(judged_.position.file)},
      suspect_file_number_{file_number(suspect_until_.position.file)},
      compares_by_gtid_{compares_by_gtid},
      has_suspects_{checkpoint::compare(judged_, suspect_until_) < 0} {}

void LaneState::begin(const Begin& begin) {
  transaction_ = begin;
  if (begin.file != numbered_file_) {
    numbered_file_ = begin.file;
    file_number_ = file_number(*begin.file);
  }
}

void LaneState::finish(const End& end) {
  if (!has_suspects_) {
    return;
  }
  if (compares_by_gtid_) {
    has_suspects_ = end.gtid != suspect_until_.gtid;
  } else {
    // With rows, the offset is where their transaction begins, which is where another one ends.
    const auto place = std::tuple{file_number(*end.file), end.end};
    const auto until = std::tuple{suspect_file_number_, suspect_until_.position.offset};
    has_suspects_ = suspect_until_.rows > 0 ? place <= until : place < until;
  }
}

bool LaneState::has_passed(const End& end) {
  if (is_past_) {
    return false;
  }
  if (compares_by_gtid_) {
    // Another server: its transactions may come in another order, so nothing is ever past.
    return executed_.contains(end.gtid);
  }
  is_past_ = std::tuple{file_number(*end.file), end.end} >
             std::tuple{judged_file_number_, judged_.position.offset};
  return !is_past_;
}

bool LaneState::is_suspect(const Change& change) const noexcept {
  if (!has_suspects_) {
    return false;
  }
  if (compares_by_gtid_) {
    // What lies before the applied point is suspect; its last transaction up to its last row.
    return transaction_.gtid != suspect_until_.gtid || suspect_until_.rows == 0 ||
           change.row <= suspect_until_.rows;
  }
  return std::tuple{file_number_, transaction_.start, change.row} <=
         std::tuple{suspect_file_number_, suspect_until_.position.offset, suspect_until_.rows};
}

void LaneState::coordinate_after(std::uint64_t row, checkpoint::Coordinate& out) const {
  if (out.position.file != *transaction_.file) {
    out.position.file = *transaction_.file;
  }
  out.position.offset = transaction_.start;
  out.rows = row;
  out.gtid = transaction_.gtid;
}

void LaneState::coordinate_at(const End& end, checkpoint::Coordinate& out) {
  if (out.position.file != *end.file) {
    out.position.file = *end.file;
  }
  out.position.offset = end.end;
  out.rows = 0;
  out.gtid = end.gtid;
}

void pass_over(checkpoint::LaneProgress& progress, std::span<const End> ends) {
  for (const auto& end : ends) {
    if (progress.resume.position.file != *end.file) {
      progress.resume.position.file = *end.file;
    }
    progress.resume.position.offset = end.end;
    progress.resume.executed.add(end.gtid);
    progress.timestamp = end.timestamp;
  }
}

}  // namespace replikey::write
