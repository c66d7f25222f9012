#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "replikey/base/result.hpp"
#include "replikey/model/binlog_position.hpp"
#include "replikey/model/flavour.hpp"
#include "replikey/model/gtid.hpp"
#include "replikey/model/resume_point.hpp"

namespace replikey::checkpoint {

/// A place between two row changes: `rows` changes of the transaction that starts at `position`
/// are behind it; with 0 rows it is the boundary at `position`.
struct Coordinate {
  BinlogPosition position;
  std::uint64_t rows = 0;
  Gtid gtid;  ///< Of the transaction the rows belong to, or of the last one before the boundary.

  friend bool operator==(const Coordinate&, const Coordinate&) = default;
};

/// Numerically by (file number, offset, rows); meaningful on one server only.
[[nodiscard]] std::strong_ordering compare(const Coordinate& a, const Coordinate& b) noexcept;

/// How far one lane got.
struct LaneProgress {
  std::string source;  ///< Identity of the server the positions belong to.
  /// The last transaction boundary at or before `judged`.
  ResumePoint resume;
  /// Everything before it took effect and its replies were read.
  Coordinate judged;
  /// Everything before it was sent and executed; what lies between judged and applied may hold
  /// commands that failed with nobody reading so.
  Coordinate applied;
  std::int64_t timestamp = 0;  ///< Commit time of the last finished transaction, seconds UTC.

  friend bool operator==(const LaneProgress&, const LaneProgress&) = default;
};

/// All that is stored under replikey:{NAME}:progress.
struct Progress {
  Flavour flavour = Flavour::MySql;
  std::string routing;  ///< Fingerprint of what decides lanes and row counts.
  std::string session;  ///< Token of the run that wrote last, see next_session().
  std::vector<LaneProgress> lanes;
};

/// A token for what takes over from `previous` (which may be empty): "7-LABEL", where the number
/// counts up, so that an older Redis and a newer run can be told apart.
[[nodiscard]] std::string next_session(std::string_view previous, std::string_view label);
[[nodiscard]] bool is_earlier_session(std::string_view a, std::string_view b) noexcept;

/// The lane that stands lowest by `judged`. `lanes` must not be empty.
[[nodiscard]] const LaneProgress& lowest(const std::vector<LaneProgress>& lanes);

/// The highest `applied`. `lanes` must not be empty.
[[nodiscard]] const Coordinate& highest_applied(const std::vector<LaneProgress>& lanes);

/// Whether every lane stands at the same boundary, with nothing half done or unjudged.
[[nodiscard]] bool is_level(const std::vector<LaneProgress>& lanes);

/// Every lane at `point` of the server `source`.
[[nodiscard]] std::vector<LaneProgress> level_lanes(const ResumePoint& point,
                                                    std::string_view source, std::size_t count);

/// "replikey:{NAME}:progress", braces literal.
[[nodiscard]] std::string progress_key(std::string_view name);
/// "lane:3".
[[nodiscard]] std::string lane_field(std::size_t lane);

/// One lane as the JSON text its field holds. Allocates only what `out` needs to grow.
void append_lane(std::string& out, const LaneProgress& lane);
/// The same, but applied up to `applied`.
void append_lane(std::string& out, const LaneProgress& lane, const Coordinate& applied);
[[nodiscard]] Result<LaneProgress> parse_lane(std::string_view text, Flavour flavour);

}  // namespace replikey::checkpoint
