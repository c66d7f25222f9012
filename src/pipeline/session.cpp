#include "session.hpp"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "start_plan.hpp"

#include "replikey/source/binlog_source.hpp"
#include "replikey/telemetry/log.hpp"
#include "replikey/write/dry_run.hpp"
#include "replikey/write/lane.hpp"

namespace replikey::pipeline {
namespace {

constexpr std::size_t kChunkSize = std::size_t{256} * 1024;

/// What the threads of a session tell the one that waits for them.
class Reports {
 public:
  void lane_ended(write::LaneEnd end) {
    const std::scoped_lock lock{mutex_};
    ++ended_lanes_;
    if (end.kind == write::LaneEnd::Kind::Failed && !error_) {
      error_ = std::move(end.error);
    }
    is_rewinding_ = is_rewinding_ || end.kind == write::LaneEnd::Kind::Rewind;
    has_trouble_ = has_trouble_ || error_ || is_rewinding_;
    changed_.notify_all();
  }
  void intake_ended(Status status) {
    const std::scoped_lock lock{mutex_};
    is_intake_ended_ = true;
    if (!status && status.error().code() != ErrorCode::Closed && !error_) {
      error_ = std::move(status).error();
    }
    changed_.notify_all();
  }
  /// Waits until the intake ended, a lane is in trouble, or a stop is requested.
  void wait_for_end(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, stop, [this] { return is_intake_ended_ || has_trouble_; });
  }
  bool wait_for_intake(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock{mutex_};
    return changed_.wait_until(lock, deadline, [this] { return is_intake_ended_; });
  }
  /// Whether all lanes ended by then.
  bool wait_for_lanes(std::size_t count, std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock{mutex_};
    return changed_.wait_until(lock, deadline, [&] { return ended_lanes_ == count; });
  }
  /// The same without a time limit, until a lane is in trouble or a stop is requested.
  bool wait_for_lanes_or_trouble(std::size_t count, const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, stop, [&] { return ended_lanes_ == count || has_trouble_; });
    return ended_lanes_ == count;
  }
  [[nodiscard]] bool has_lane_trouble() {
    const std::scoped_lock lock{mutex_};
    return has_trouble_;
  }
  [[nodiscard]] std::optional<Error> take_error() {
    const std::scoped_lock lock{mutex_};
    return std::move(error_);
  }
  [[nodiscard]] bool is_rewinding() {
    const std::scoped_lock lock{mutex_};
    return is_rewinding_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t ended_lanes_ = 0;
  bool is_intake_ended_ = false;
  bool is_rewinding_ = false;
  bool has_trouble_ = false;
  std::optional<Error> error_;
};

class Session {
 public:
  explicit Session(const SessionSetup& setup)
      : setup_{setup},
        plans_{setup.rules, catalog::Catalog{setup.options.source.connection}},
        pool_{kChunkSize, setup.options.memory_limit},
        source_{setup.options.source} {}

  Result<SessionEnd> run(const std::stop_token& stop);

 private:
  void make_lanes();
  void start_intake();
  void end_lanes(const std::stop_token& stop, bool is_stopping);

  const SessionSetup& setup_;
  TablePlans plans_;
  queue::ChunkPool pool_;
  source::BinlogSource source_;
  Reports reports_;
  std::vector<LaneFeed> feeds_;
  std::stop_source abandon_;
  std::deque<write::Lane> lanes_;
  std::optional<write::DryRun> dry_run_;
  std::optional<Intake> intake_;  // before the lanes in time: they hold what it interned
  std::jthread intake_thread_;    // last: it uses everything above
};

void Session::make_lanes() {
  const auto& progress = setup_.progress;
  const auto& options = setup_.options;
  const auto on_end = [this](write::LaneEnd end) { reports_.lane_ended(std::move(end)); };
  if (setup_.is_dry_run) {
    dry_run_.emplace(setup_.hooks.on_command, on_end);
  }
  for (std::size_t i = 0; i < progress.lanes.size(); ++i) {
    const bool compares_by_gtid = progress.lanes[i].source != setup_.server;
    write::Inlet* inlet = nullptr;
    if (dry_run_) {
      inlet = &dry_run_->inlet();
    } else {
      inlet = &lanes_
                   .emplace_back(options.write,
                                 write::LaneSetup{.name = options.name,
                                                  .session = progress.session,
                                                  .flavour = progress.flavour,
                                                  .index = i,
                                                  .source = setup_.server,
                                                  .start = progress.lanes[i],
                                                  .compares_by_gtid = compares_by_gtid},
                                 on_end)
                   .inlet();
    }
    feeds_.emplace_back(*inlet, progress.lanes[i], compares_by_gtid);
  }
}

void Session::start_intake() {
  intake_.emplace(source_, plans_, feeds_, pool_,
                  Intake::Limits{.pending_bytes = setup_.options.memory_limit / 4});
  intake_thread_ = std::jthread{[this](const std::stop_token& stop) {
    Status status = ok();
    try {
      status = intake_->run(setup_.target, stop, abandon_.get_token());
    } catch (const std::exception& error) {
      status = Error{ErrorCode::Internal, std::string{"intake: "} + error.what()};
    }
    reports_.intake_ended(std::move(status));
  }};
}

/// Ends the intake, then lets the lanes finish what they were given, for as long as allowed.
void Session::end_lanes(const std::stop_token& stop, bool is_stopping) {
  const auto deadline_from_now = [this] {
    return std::chrono::steady_clock::now() + setup_.options.shutdown_timeout;
  };
  intake_thread_.request_stop();
  source_.interrupt();
  if (reports_.has_lane_trouble() || !reports_.wait_for_intake(deadline_from_now())) {
    abandon_.request_stop();  // a lane that takes nothing any more holds the intake
  }
  intake_thread_.join();
  for (auto& feed : feeds_) {
    feed.inlet().close();
  }
  const auto count = dry_run_ ? std::size_t{1} : lanes_.size();
  bool are_done = false;
  if (!is_stopping && !reports_.is_rewinding()) {
    are_done = reports_.wait_for_lanes_or_trouble(count, stop);
  }
  if (!are_done && !reports_.is_rewinding()) {
    are_done = reports_.wait_for_lanes(count, deadline_from_now());
  }
  if (!are_done) {
    for (auto& lane : lanes_) {
      lane.abandon();
    }
    if (dry_run_) {
      dry_run_->abandon();
    }
  }
  for (auto& lane : lanes_) {
    lane.join();
  }
  if (dry_run_) {
    dry_run_->join();
  }
}

Result<SessionEnd> Session::run(const std::stop_token& stop) {
  {
    const std::stop_callback interrupt{stop, [this] { source_.interrupt(); }};
    if (auto status = source_.open(resume_point(setup_.progress), stop, setup_.is_catch_up);
        !status) {
      if (stop.stop_requested()) {
        return SessionEnd::Done;
      }
      return std::move(status).error();
    }
  }
  make_lanes();
  for (auto& lane : lanes_) {
    lane.start();
  }
  if (dry_run_) {
    dry_run_->start();
  }
  start_intake();
  if (setup_.tells_ready && setup_.hooks.on_ready) {
    setup_.hooks.on_ready();
  }
  reports_.wait_for_end(stop);
  end_lanes(stop, stop.stop_requested());
  if (auto error = reports_.take_error()) {
    return std::move(*error);
  }
  const bool is_again = reports_.is_rewinding() || intake_->has_other_server();
  return is_again && !stop.stop_requested() ? SessionEnd::Again : SessionEnd::Done;
}

}  // namespace

Result<SessionEnd> run_session(const SessionSetup& setup, const std::stop_token& stop) {
  Session session{setup};
  return session.run(stop);
}

}  // namespace replikey::pipeline
