#include <algorithm>
#include <utility>

#include "probe.hpp"
#include "writer.hpp"

#include "replikey/base/resp_reader.hpp"
#include "replikey/checkpoint/store.hpp"
#include "replikey/queue/waiter.hpp"
#include "replikey/telemetry/log.hpp"

namespace replikey::write {
namespace {

constexpr std::chrono::milliseconds kFirstDelay{50};
constexpr std::chrono::milliseconds kLongestDelay{2000};

void sleep_for(std::chrono::milliseconds time, const std::stop_token& stop) {
  queue::Waiter nobody;
  nobody.wait_until(stop, std::chrono::steady_clock::now() + time, [] { return false; });
}

}  // namespace

/// Connects until it works or the lane is abandoned; then settles what became of `sent_`.
/// `why` is empty for the first connection.
Lane::Writer::Turn Lane::Writer::recover(const Error& why, const std::stop_token& stop) {
  Error last = why;
  is_body_sent_ = false;
  for (;;) {
    if (stop.stop_requested()) {
      return LaneEnd{.kind = LaneEnd::Kind::Abandoned};
    }
    if (last.code() != ErrorCode::Closed) {
      tell_trouble(last);
    }
    if (retry_delay_.count() > 0) {
      sleep_for(retry_delay_, stop);
    }
    retry_delay_ = std::clamp(2 * retry_delay_, kFirstDelay, kLongestDelay);
    bool is_done = false;
    if (auto end = try_recover(stop, is_done, last)) {
      return end;
    }
    if (is_done) {
      if (!is_sent_ && !is_dirty_) {  // else with the next answer to a batch
        retry_delay_ = std::chrono::milliseconds{0};
        tell_relief();
      }
      last_contact_ = Clock::now();
      return std::nullopt;
    }
  }
}

/// Once per trouble, however often it is tried again.
void Lane::Writer::tell_trouble(const Error& why) {
  if (!is_trouble_told_) {
    telemetry::warn("Redis does not take writes; trying again until it does",
                    {{"lane", setup_.index}, {"reason", why.message()}});
    is_trouble_told_ = true;
  }
}

void Lane::Writer::tell_relief() {
  if (is_trouble_told_) {
    telemetry::info("Redis takes writes again", {{"lane", setup_.index}});
    is_trouble_told_ = false;
  }
}

Lane::Writer::Turn Lane::Writer::try_recover(const std::stop_token& stop, bool& is_done,
                                             Error& last) {
  const auto note = [&](const Error& error) -> Turn {
    if (!error.is_retryable()) {
      return LaneEnd{.kind = LaneEnd::Kind::Failed, .error = error};
    }
    last = error;
    return std::nullopt;
  };
  if (auto status = connect(); !status) {
    return note(status.error());
  }
  if (stop.stop_requested()) {
    return std::nullopt;
  }
  Turn end;
  auto stored = read_stored(end);
  if (end) {
    return end;
  }
  if (!stored) {
    return note(stored.error());
  }
  if (is_sent_) {
    const auto& applied = **stored == Stored::AfterSent ? sent_.end : stored_applied_;
    if (!sent_.has_commands()) {
      // Progress alone: whether it was stored may not show. It is saved again in its time.
      stored_applied_ = checkpoint::Coordinate{applied};
      sent_.clear();
      is_sent_ = false;
      is_dirty_ = true;
    } else if (**stored == Stored::AfterSent || is_sent_suspect_) {
      // What the last run sent was executed, whatever is stored.
      if (auto status = settle_sent(applied); !status) {
        return note(status.error());
      }
    }
    if (is_sent_) {
      seal(sent_);
      if (auto status = connection_->send(sent_.request.view()); !status) {
        return note(status.error());
      }
    }
  }
  is_done = true;
  return std::nullopt;
}

Status Lane::Writer::connect() {
  {
    const std::scoped_lock lock{connection_mutex_};
    connection_.reset();
  }
  auto opened = redis::Connection::open(options_.connection);
  if (!opened) {
    return std::move(opened).error();
  }
  const std::scoped_lock lock{connection_mutex_};
  connection_.emplace(std::move(*opened));
  return ok();
}

/// Compares what Redis holds with what it ought to. `end` is set when the lane cannot go on.
Result<std::optional<Lane::Writer::Stored>> Lane::Writer::read_stored(Turn& end) {
  auto loaded = checkpoint::load_lane(*connection_, setup_.name, setup_.index, setup_.flavour);
  if (!loaded) {
    return std::move(loaded).error();
  }
  const auto fail = [&end](std::string message) {
    end = LaneEnd{.kind = LaneEnd::Kind::Failed,
                  .error = Error{ErrorCode::Rejected, std::move(message)}};
    return std::optional<Stored>{};
  };
  if (!*loaded) {
    // What stands there then is no progress: the next run must not begin anew without being told.
    static_cast<void>(connection_->command({"HSET", progress_key_, "vanished", "while running"}));
    return fail(progress_key_ +
                " vanished while running: was Redis emptied (FLUSHALL)? What it held is gone; "
                "mend: fill it again, then say where to go on with replikey reset --config FILE "
                "--to latest|earliest|GTID|FILE:POSITION");
  }
  const auto& stored = **loaded;
  const auto order = checkpoint::compare(stored.lane.applied, stored_applied_);
  if (is_sent_ && stored.session == setup_.session &&
      checkpoint::compare(stored.lane.applied, sent_.end) == 0) {
    return std::optional{Stored::AfterSent};
  }
  if (order < 0 || checkpoint::is_earlier_session(stored.session, setup_.session)) {
    telemetry::warn("Redis went back to an older state; going back with it",
                    {{"lane", setup_.index}, {"to", to_string(stored.lane.applied.position)}});
    end = LaneEnd{.kind = LaneEnd::Kind::Rewind};
    return std::optional<Stored>{};
  }
  if (stored.session != setup_.session || order > 0) {
    return fail("another replikey with the name \"" + setup_.name +
                "\" took over (or reset was used while this one ran); mend: run one per name");
  }
  return std::optional{Stored::BeforeSent};
}

/// `sent_` was executed and its replies are lost: keeps in it only what has to be repeated.
/// Redis holds `stored` as applied.
Status Lane::Writer::settle_sent(const checkpoint::Coordinate& stored) {
  auto which = probe(*connection_, sent_);
  if (!which) {
    return std::move(which).error();
  }
  if (std::none_of(which->begin(), which->end(), [](bool repeat) { return repeat; })) {
    accept_sent(checkpoint::Coordinate{stored});
    return ok();
  }
  keep_only(*which);
  return ok();
}

void Lane::Writer::keep_only(const std::vector<bool>& which) {
  Batch kept;
  kept.request.append_raw(head_);
  for (std::size_t i = 0; i < which.size(); ++i) {
    if (!which[i]) {
      continue;
    }
    auto change = sent_.changes[i];
    const auto bytes =
        sent_.request.view().substr(change.bytes_begin, change.bytes_end - change.bytes_begin);
    change.first_command = kept.command_count;
    change.bytes_begin = kept.request.size();
    kept.request.append_raw(bytes);
    change.bytes_end = kept.request.size();
    kept.command_count += change.command_count;
    kept.changes.push_back(change);
  }
  kept.ends = std::move(sent_.ends);
  kept.end = std::move(sent_.end);
  telemetry::warn("repeating changes whose commands had failed unseen",
                  {{"lane", setup_.index}, {"changes", kept.changes.size()}});
  sent_ = std::move(kept);
}

/// `open_` holds all that the last run sent and never judged: the same question as after a broken
/// exchange.
Lane::Writer::Turn Lane::Writer::resolve_suspects(const std::stop_token& stop) {
  std::swap(open_, sent_);
  open_batch();
  is_sent_ = true;
  is_sent_suspect_ = true;
  if (auto status = settle_sent(stored_applied_); !status) {
    return recover(status.error(), stop);
  }
  if (is_sent_) {
    seal(sent_);
    if (auto status = connection_->send(sent_.request.view()); !status) {
      return recover(status.error(), stop);
    }
  }
  return std::nullopt;
}

}  // namespace replikey::write
