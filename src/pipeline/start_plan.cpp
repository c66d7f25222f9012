#include "start_plan.hpp"

#include <algorithm>
#include <utility>

#include "replikey/pipeline/start_finder.hpp"
#include "replikey/telemetry/log.hpp"

namespace replikey::pipeline {
namespace {

using checkpoint::LaneProgress;
using checkpoint::Progress;

bool is_of_server(const std::vector<LaneProgress>& lanes, const std::string& uuid) {
  return std::all_of(lanes.begin(), lanes.end(),
                     [&](const LaneProgress& lane) { return lane.source == uuid; });
}

bool is_one_server(const std::vector<LaneProgress>& lanes) {
  return is_of_server(lanes, lanes.front().source);
}

/// The lane that stands lowest. Positions of one server are compared as numbers; lanes that saved
/// under different servers by what they executed: one stream fed them all, so that the lower set
/// is part of the higher one.
const LaneProgress& lowest_lane(const std::vector<LaneProgress>& lanes) {
  if (is_one_server(lanes)) {
    return checkpoint::lowest(lanes);
  }
  return *std::min_element(lanes.begin(), lanes.end(), [](const auto& a, const auto& b) {
    auto both = a.resume.executed;
    both.merge(b.resume.executed);
    return a.resume.executed != b.resume.executed && both == b.resume.executed;
  });
}

Status check_source(const Progress& stored, const source::ServerIdentity& server) {
  if (stored.flavour != server.flavour) {
    return Error{ErrorCode::Rejected,
                 "the stored progress is of the other kind of server (MySQL or MariaDB); mend: "
                 "connect to the old server, or say where to go on with replikey reset --config "
                 "FILE --to latest|earliest|GTID|FILE:POSITION"};
  }
  const auto& resume = lowest_lane(stored.lanes).resume;
  if (!is_of_server(stored.lanes, server.uuid) && !source::resumes_by_gtid(server, resume)) {
    return Error{ErrorCode::Rejected,
                 "the stored position " + to_string(resume.position) + " belongs to server " +
                     stored.lanes.front().source + ", and this is " + server.uuid +
                     ", which cannot go on without GTIDs; mend: connect to the old server, or say "
                     "where to go on with replikey reset --config FILE --to "
                     "latest|earliest|GTID|FILE:POSITION"};
  }
  return ok();
}

std::vector<LaneProgress> levelled(const LaneProgress& at, std::size_t count) {
  auto lanes = checkpoint::level_lanes(at.resume, at.source, count);
  for (auto& lane : lanes) {
    lane.timestamp = at.timestamp;
  }
  return lanes;
}

/// The stored lanes, fitted to the lane count and the rules of this run.
StartPlan fit(Progress stored, const std::string& routing, std::size_t lane_count,
              const std::string& server) {
  StartPlan plan;
  const bool has_new_rules = stored.routing != routing;
  const bool has_new_count = stored.lanes.size() != lane_count;
  if (!has_new_rules && !has_new_count) {
    plan.progress = std::move(stored);
    return plan;
  }
  const bool is_level = is_one_server(stored.lanes) && checkpoint::is_level(stored.lanes);
  // Positions of another server say nothing of where this one's lanes would be level.
  if (!is_level && !has_new_rules && is_of_server(stored.lanes, server)) {
    const auto& highest = checkpoint::highest_applied(stored.lanes);
    telemetry::info("the number of lanes changed: levelling the old lanes first",
                    {{"from", stored.lanes.size()},
                     {"to", lane_count},
                     {"until", to_string(highest.position)}});
    plan.level_at = StopAt{.position = highest.position, .is_inside = highest.rows > 0};
    plan.progress = std::move(stored);
    return plan;
  }
  const auto& lowest = lowest_lane(stored.lanes);
  if (!is_level) {
    // Every type of this version sets state, so that what is repeated ends in the same state.
    telemetry::info("rules or lanes changed: repeating from the lowest lane",
                    {{"from", to_string(lowest.resume.position)}});
  }
  plan.progress.flavour = stored.flavour;
  plan.progress.routing = routing;
  plan.progress.lanes = levelled(lowest, lane_count);
  return plan;
}

}  // namespace

ResumePoint resume_point(const Progress& progress) {
  return lowest_lane(progress.lanes).resume;
}

Result<StartPlan> plan_start(const Options& options, std::optional<Progress> stored,
                             const std::string& routing, const source::ServerIdentity& server,
                             mysql::Connection& control, const std::stop_token& stop) {
  if (!stored) {
    auto start = find_start(options, control, stop);
    if (!start) {
      return std::move(start).error();
    }
    telemetry::info(
        "no progress in Redis yet: beginning as `start` says",
        {{"position", to_string(start->position)}, {"gtid", start->executed.to_string()}});
    StartPlan plan;
    plan.progress.flavour = server.flavour;
    plan.progress.routing = routing;
    plan.progress.lanes = checkpoint::level_lanes(*start, server.uuid, options.write.lanes);
    return plan;
  }
  if (auto status = check_source(*stored, server); !status) {
    return std::move(status).error();
  }
  auto plan = fit(std::move(*stored), routing, options.write.lanes, server.uuid);
  const auto resume = resume_point(plan.progress);
  if (auto status = source::check_resumable(control, resume); !status) {
    return std::move(status).error();
  }
  telemetry::info("resuming", {{"position", to_string(resume.position)},
                               {"gtid", resume.executed.to_string()}});
  return plan;
}

}  // namespace replikey::pipeline
