#include "writer.hpp"

#include <exception>
#include <utility>
#include <variant>

namespace replikey::write {
namespace {

constexpr std::size_t kRingCapacity = 8192;
/// Transactions without commands of ours that one turn takes in at most.
constexpr std::size_t kEndsPerTurn = 4096;

}  // namespace

Lane::Writer::Writer(Options options, LaneSetup setup, std::function<void(LaneEnd)> on_end)
    : options_{std::move(options)},
      setup_{std::move(setup)},
      on_end_{std::move(on_end)},
      inlet_{kRingCapacity},
      state_{setup_.start, setup_.compares_by_gtid},
      progress_{setup_.start},
      stored_applied_{setup_.start.applied},
      is_elsewhere_{setup_.compares_by_gtid},
      progress_key_{checkpoint::progress_key(setup_.name)},
      lane_field_{checkpoint::lane_field(setup_.index)} {
  RespBuffer head;
  head.command({"MULTI"});
  head.command({"HGET", progress_key_, "session"});
  head_ = head.view();
  open_.request.reserve(2 * options_.batch_bytes);
  sent_.request.reserve(2 * options_.batch_bytes);
  open_batch();
}

void Lane::Writer::start() {
  thread_ = std::jthread{[this](const std::stop_token& stop) {
    LaneEnd end;
    try {
      end = run(stop);
    } catch (const std::exception& error) {
      end = {LaneEnd::Kind::Failed,
             Error{ErrorCode::Internal, std::string{"lane: "} + error.what()}};
    }
    on_end_(std::move(end));
  }};
}

void Lane::Writer::abandon() noexcept {
  thread_.request_stop();
  const std::scoped_lock lock{connection_mutex_};
  if (connection_) {
    connection_->interrupt();
  }
}

void Lane::Writer::join() {
  if (thread_.joinable()) {
    thread_.join();
  }
}

LaneEnd Lane::Writer::run(const std::stop_token& stop) {
  if (auto end = recover(Error{ErrorCode::Closed, {}}, stop)) {
    return std::move(*end);
  }
  for (;;) {
    if (auto end = step(stop)) {
      return std::move(*end);
    }
  }
}

Lane::Writer::Turn Lane::Writer::step(const std::stop_token& stop) {
  fill(stop);
  if (is_sent_) {
    send_body_early();
    if (auto end = await_sent(stop)) {
      return end;
    }
  }
  if (stop.stop_requested()) {
    return LaneEnd{.kind = LaneEnd::Kind::Abandoned};
  }
  if (is_sent_) {
    return std::nullopt;  // sent again by recovery
  }
  if (collects_suspects_) {
    if (failure_) {
      return LaneEnd{.kind = LaneEnd::Kind::Failed, .error = *failure_};
    }
    if (is_full_) {
      return resolve_suspects(stop);
    }
    if (is_draining_) {
      return LaneEnd{};  // what is stored still says what is suspect
    }
  } else if (open_.has_commands()) {
    return send_open(stop);
  } else {
    absorb();
    if (failure_) {
      return LaneEnd{.kind = LaneEnd::Kind::Failed, .error = *failure_};
    }
  }
  return rest(stop);
}

/// Nothing to send: save or check progress now and then, and sleep until something comes.
Lane::Writer::Turn Lane::Writer::rest(const std::stop_token& stop) {
  const bool may_save = !(state_.has_suspects() && setup_.compares_by_gtid) && !collects_suspects_;
  if (is_draining_) {
    if (is_dirty_ && may_save) {
      return send_open(stop);
    }
    return LaneEnd{};
  }
  const auto due = last_contact_ + options_.progress_interval;
  if (Clock::now() >= due) {
    return is_dirty_ && may_save ? send_open(stop) : check_progress(stop);
  }
  inlet_.wait(stop, due);
  return std::nullopt;
}

void Lane::Writer::fill(const std::stop_token& stop) {
  while (!is_full_ && !is_draining_ && !failure_) {
    const bool is_closed = inlet_.is_closed();  // before looking: nothing is pushed once it is
    const auto* item = inlet_.front();
    if (item == nullptr) {
      is_draining_ = is_closed;
      if (is_at_row_boundary_ || is_closed || stop.stop_requested()) {
        break;
      }
      // The rest of a row is on its way; a batch is never cut within one.
      inlet_.notify_room();
      inlet_.wait(stop, Clock::now() + std::chrono::seconds{1});
    } else if (take(*item)) {
      inlet_.pop();
    } else {
      break;
    }
  }
  inlet_.notify_room();
  if (is_draining_ && !is_at_row_boundary_) {
    drop_row();  // the intake was stopped within it
  }
}

void Lane::Writer::drop_row() {
  open_.request.truncate(row_start_.bytes);
  open_.changes.resize(row_start_.changes);
  open_.command_count = row_start_.commands;
  is_at_row_boundary_ = true;
}

bool Lane::Writer::take(const Item& item) {
  if (const auto* change = std::get_if<Change>(&item)) {
    return take_change(*change);
  }
  if (const auto* end = std::get_if<End>(&item)) {
    take_end(*end);
  } else {
    const auto& begin = std::get<Begin>(item);
    if (is_elsewhere_) {
      settle_in(begin);
    }
    state_.begin(begin);
  }
  return true;
}

/// The lane's first transaction from another server than its places are of. What is saved from now
/// on is of the new one, so that the places before this transaction must be, too.
void Lane::Writer::settle_in(const Begin& begin) {
  absorb();
  if (!is_elsewhere_) {
    return;  // at the end of a transaction that had nothing for the lane
  }
  is_elsewhere_ = false;
  if (progress_.judged.gtid != begin.gtid) {
    progress_.judged.rows = 0;  // else the lane stands within this transaction
  }
  progress_.judged.position = {.file = *begin.file, .offset = begin.start};
  progress_.resume.position = progress_.judged.position;
}

bool Lane::Writer::take_change(const Change& change) {
  if (is_at_row_boundary_) {
    const bool is_suspect = state_.is_suspect(change);
    const bool is_enough = !is_suspect && open_.request.size() >= options_.batch_bytes;
    if (is_enough || is_suspect != collects_suspects_) {
      if (open_.has_commands()) {
        is_full_ = true;
        return false;
      }
      collects_suspects_ = is_suspect;
    }
    row_start_ = {open_.changes.size(), open_.command_count, open_.request.size()};
  }
  render(change);
  change.chunk->release();
  if (failure_) {
    return true;
  }
  is_at_row_boundary_ = change.completes_row;
  if (is_at_row_boundary_) {
    state_.coordinate_after(change.row, open_.end);
    is_moved_ = true;
  }
  return true;
}

void Lane::Writer::render(const Change& change) {
  const auto begin = open_.request.size();
  auto commands = renderer_.append(open_.request, change);
  if (!commands) {
    failure_ = std::move(commands).error().with_context(*state_.transaction().file + ":" +
                                                        std::to_string(change.position));
    drop_row();
    return;
  }
  if (*commands > 0) {
    open_.changes.push_back({.first_command = open_.command_count,
                             .command_count = *commands,
                             .bytes_begin = begin,
                             .bytes_end = open_.request.size(),
                             .file = state_.transaction().file,
                             .position = change.position,
                             .plan = change.plan,
                             .target = change.target});
    open_.command_count += *commands;
  }
}

void Lane::Writer::take_end(const End& end) {
  if (state_.has_passed(end)) {
    // A server that tells its end and its GTIDs in one answer may leave out the newest of them.
    if (!progress_.resume.executed.contains(end.gtid)) {
      progress_.resume.executed.add(end.gtid);
      is_dirty_ = true;
    }
    return;
  }
  const bool had_suspects = state_.has_suspects();
  state_.finish(end);
  open_.ends.push_back(end);
  LaneState::coordinate_at(end, open_.end);
  is_moved_ = true;
  if (collects_suspects_) {
    is_full_ = had_suspects && !state_.has_suspects();  // all of them, and nothing else
  } else {
    is_full_ = open_.ends.size() >= kEndsPerTurn;
  }
}

/// Takes over the progress of a batch that has nothing to send.
void Lane::Writer::absorb() {
  if (is_moved_) {
    pass_over(progress_, open_.ends);
    progress_.judged = open_.end;
    is_elsewhere_ = false;
    if (!state_.has_suspects()) {
      progress_.applied = progress_.judged;
    }
    is_dirty_ = true;
    open_batch();
  }
  is_full_ = false;
}

}  // namespace replikey::write
