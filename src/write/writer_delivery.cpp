#include <utility>

#include "writer.hpp"

#include "replikey/checkpoint/store.hpp"

namespace replikey::write {
namespace {

LaneEnd failed(Error error) {
  return {.kind = LaneEnd::Kind::Failed, .error = std::move(error)};
}

}  // namespace

void Lane::Writer::open_batch() {
  open_.clear();
  open_.request.append_raw(head_);
  is_full_ = false;
  is_moved_ = false;
  is_body_sent_ = false;
  collects_suspects_ = false;
}

/// Appends HSET of the progress the batch makes, and EXEC. Everything before the batch is judged,
/// else its EXEC would not be sent; a batch without commands leaves nothing to be judged.
void Lane::Writer::seal(Batch& batch) {
  batch.request.truncate(batch.changes.empty() ? head_.size() : batch.changes.back().bytes_end);
  progress_.source = setup_.source;
  lane_text_.clear();
  checkpoint::append_lane(lane_text_, progress_, batch.end);
  batch.request.command({"HSET", progress_key_, lane_field_, lane_text_});
  batch.request.command({"EXEC"});
}

/// While `sent_` executes, Redis can already parse and queue what follows; only EXEC waits.
void Lane::Writer::send_body_early() {
  if (is_full_ && open_.has_commands() && !collects_suspects_ && !is_body_sent_) {
    is_body_sent_ = connection_->send(open_.request.view()).has_value();
    if (!is_body_sent_) {
      // Part of it may be there: nothing else may follow it on this connection. Recovery, once the
      // replies to sent_ are read or lost, sends everything again.
      connection_->interrupt();
    }
  }
}

Lane::Writer::Turn Lane::Writer::send_open(const std::stop_token& stop) {
  std::swap(open_, sent_);
  const bool had_body = is_body_sent_;
  if (!sent_.has_commands()) {
    sent_.end = progress_.applied;
  }
  const auto body = sent_.request.size();
  seal(sent_);
  open_batch();
  is_sent_ = true;
  const auto request = sent_.request.view();
  if (auto status = connection_->send(had_body ? request.substr(body) : request); !status) {
    return recover(status.error(), stop);
  }
  return std::nullopt;
}

Lane::Writer::Turn Lane::Writer::await_sent(const std::stop_token& stop) {
  auto verdict = read_verdict(*connection_, sent_.command_count + 2, setup_.session);
  if (!verdict) {
    return recover(verdict.error(), stop);
  }
  return judge(*verdict, stop);
}

Lane::Writer::Turn Lane::Writer::judge(const Verdict& verdict, const std::stop_token& stop) {
  if (!verdict.is_executed) {
    if (redis::reaction_to(verdict.refusal) == redis::Reaction::Retry) {
      return recover(Error{ErrorCode::Unavailable, verdict.refusal}, stop);
    }
    return failed(redis::to_error(verdict.refusal).with_context("redis refuses to write"));
  }
  if (verdict.session != Verdict::Session::Ours) {
    return failed(Error{
        ErrorCode::Rejected,
        verdict.session == Verdict::Session::None
            ? progress_key_ +
                  " vanished while running: was Redis emptied (FLUSHALL)? What it held is gone; "
                  "mend: fill it again, then say where to go on with replikey reset --config FILE "
                  "--to latest|earliest|GTID|FILE:POSITION"
            : "another replikey with the name \"" + setup_.name +
                  "\" took over (or reset was used while this one ran); mend: run one per name"});
  }
  if (verdict.failed_command) {
    const auto at = *verdict.failed_command;
    const auto where = at < sent_.command_count ? describe(sent_, change_of(sent_, at))
                                                : "progress in " + progress_key_;
    auto error = redis::to_error(verdict.failure).with_context(where);
    if (verdict.failure_count > 1) {
      return failed(Error{error.code(), error.message() + " (the first of " +
                                            std::to_string(verdict.failure_count) +
                                            " failed commands)"});
    }
    return failed(std::move(error));
  }
  accept_sent(sent_.end);
  return std::nullopt;
}

/// Everything in `sent_` took effect; Redis holds `stored` as applied.
void Lane::Writer::accept_sent(const checkpoint::Coordinate& stored) {
  stored_applied_ = stored;
  tell_relief();
  // A batch with commands stored that it is applied; that it is judged is known only now.
  is_dirty_ = sent_.has_commands();
  if (sent_.has_commands()) {
    pass_over(progress_, sent_.ends);
    progress_.judged = sent_.end;
    progress_.applied = sent_.end;
  }
  sent_.clear();
  is_sent_ = false;
  is_sent_suspect_ = false;
  retry_delay_ = std::chrono::milliseconds{0};
  last_contact_ = Clock::now();
}

/// An idle lane looks whether its progress is still there and still its own.
Lane::Writer::Turn Lane::Writer::check_progress(const std::stop_token& stop) {
  Turn end;
  auto stored = read_stored(end);
  if (end) {
    return end;
  }
  if (!stored) {
    return recover(stored.error(), stop);
  }
  last_contact_ = Clock::now();
  return std::nullopt;
}

}  // namespace replikey::write
