#pragma once

#include "replikey/model/binlog_position.hpp"
#include "replikey/model/gtid_set.hpp"

namespace replikey {

/// Where a stream can be taken up: always the boundary of a transaction.
struct ResumePoint {
  BinlogPosition position;
  GtidSet executed;
  /// Whether `executed` is the whole history up to `position`, so that a server may be asked to
  /// continue by it. False when the start was given as file and position only.
  bool has_whole_history = false;

  friend bool operator==(const ResumePoint&, const ResumePoint&) = default;
};

}  // namespace replikey
