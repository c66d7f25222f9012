#include "replikey/pipeline/start_finder.hpp"

#include <utility>
#include <variant>

#include "undecoded.hpp"

#include "replikey/decode/decoder.hpp"
#include "replikey/source/binlog_source.hpp"
#include "replikey/source/server_control.hpp"

namespace replikey::pipeline {
namespace {

using Fetched = source::BinlogSource::Fetched;

constexpr std::int64_t kMicroseconds = 1'000'000;

/// Reads one binlog from its beginning, keeping only boundaries and GTIDs.
class Scan {
 public:
  Scan(source::Options options, bool has_gtids)
      : source_{std::move(options)}, has_gtids_{has_gtids} {}

  Status open(const std::string& file, const std::stop_token& stop) {
    point_ = {.position = {.file = file, .offset = 4}, .executed = {}, .has_whole_history = false};
    return source_.open(point_, stop, true);
  }

  /// The next event, taken in; false at the end of the log.
  Result<bool> next(const std::stop_token& stop) {
    for (;;) {
      auto fetched = source_.next(stop);
      if (!fetched) {
        return std::move(fetched).error();
      }
      switch (fetched->kind) {
        case Fetched::Kind::EndOfLog: return false;
        case Fetched::Kind::Idle: break;
        case Fetched::Kind::Restarted:
          return Error{ErrorCode::Unavailable, "lost the server while looking for the start"};
        case Fetched::Kind::Event: {
          if (auto status = take(fetched->event); !status) {
            return std::move(status).error();
          }
          return true;
        }
      }
    }
  }

  /// The last boundary; `position` is the end of a transaction or of what stands between.
  [[nodiscard]] const ResumePoint& point() const noexcept { return point_; }
  /// The boundary before the transaction that was read last, or is open.
  [[nodiscard]] const ResumePoint& before() const noexcept { return before_; }
  [[nodiscard]] bool in_transaction() const noexcept { return decoder_.in_transaction(); }
  /// Microseconds; of the transaction that ended with the event read last, else nothing.
  [[nodiscard]] std::optional<std::int64_t> committed_at() const noexcept { return committed_at_; }
  [[nodiscard]] std::uint32_t first_timestamp() const noexcept { return first_timestamp_; }

 private:
  Status take(const RawEvent& event) {
    if (first_timestamp_ == 0 && event.header.type == EventType::FormatDescription) {
      first_timestamp_ = event.header.timestamp;
    }
    committed_at_.reset();
    const bool was_in_transaction = decoder_.in_transaction();
    auto decoded = decoder_.decode(event);
    if (!decoded) {
      if (decoded.error().code() != ErrorCode::Unsupported) {
        return std::move(decoded).error().with_context(*event.file + ":" +
                                                       std::to_string(event.end));
      }
      // What cannot be followed can be passed: it may be what the position is meant to skip.
      const auto gtid = decoder_.gtid();
      if (is_whole_transaction(event, decoder_)) {
        point_.executed.add(gtid);
        point_.position = {.file = *event.file, .offset = event.end};
        decoder_.reset();
      }
      return ok();
    }
    bool is_end = std::holds_alternative<decode::TransactionEnd>(*decoded);
    if (auto* state = std::get_if<decode::GtidState>(&*decoded)) {
      point_.executed = std::move(state->executed);
      point_.has_whole_history = has_gtids_;
    } else if (const auto* begin = std::get_if<decode::TransactionBegin>(&*decoded)) {
      before_ = point_;
      told_commit_ = static_cast<std::int64_t>(begin->committed_at_us);
    } else if (const auto* statement = std::get_if<decode::StatementEvent>(&*decoded)) {
      is_end = statement->ends_transaction;
      if (!was_in_transaction) {
        before_ = point_;  // a statement alone: without GTIDs nothing tells of its beginning
      }
    }
    if (is_end) {
      point_.executed.add(decoder_.gtid());
      committed_at_ = told_commit_ != 0
                          ? told_commit_
                          : static_cast<std::int64_t>(event.header.timestamp) * kMicroseconds;
      told_commit_ = 0;
    }
    if (!decoder_.in_transaction() && event.end > event.start) {
      point_.position = {.file = *event.file, .offset = event.end};
    }
    return ok();
  }

  source::BinlogSource source_;
  decode::Decoder decoder_;
  bool has_gtids_;
  ResumePoint point_;
  ResumePoint before_;
  std::int64_t told_commit_ = 0;
  std::optional<std::int64_t> committed_at_;
  std::uint32_t first_timestamp_ = 0;
};

Error no_boundary(const BinlogPosition& wanted, const BinlogPosition& before,
                  const BinlogPosition& after) {
  return Error{ErrorCode::Rejected,
               to_string(wanted) +
                   " lies inside of a transaction (or of an event); the nearest places that do "
                   "not: " +
                   to_string(before) + " and " + to_string(after)};
}

/// Whether the server writes GTIDs into this log, and would take the stream up by them.
bool writes_gtids(const source::ServerIdentity& identity) {
  return identity.gtid_mode_on;
}

Result<ResumePoint> find_time(const source::Options& options, mysql::Connection& control,
                              std::int64_t utc_seconds, const std::stop_token& stop) {
  auto identity = source::identify(control);
  if (!identity) {
    return std::move(identity).error();
  }
  auto logs = source::binary_logs(control);
  if (!logs) {
    return std::move(logs).error();
  }
  // The newest log that begins before the wanted time holds it, or the ones after it do.
  for (auto log = logs->rbegin(); log != logs->rend(); ++log) {
    Scan scan{options, writes_gtids(*identity)};
    if (auto status = scan.open(log->name, stop); !status) {
      return std::move(status).error();
    }
    while (scan.first_timestamp() == 0) {
      auto more = scan.next(stop);
      if (!more) {
        return std::move(more).error();
      }
      if (!*more) {
        break;
      }
    }
    const bool is_oldest = std::next(log) == logs->rend();
    if (scan.first_timestamp() >= utc_seconds && !is_oldest) {
      continue;
    }
    for (;;) {
      auto more = scan.next(stop);
      if (!more) {
        return std::move(more).error();
      }
      if (!*more) {
        return scan.point();  // nothing that late yet: begin with what comes
      }
      if (scan.committed_at() && *scan.committed_at() >= utc_seconds * kMicroseconds) {
        return scan.before();
      }
    }
  }
  return Error{ErrorCode::Rejected, "the server has no binary log"};
}

}  // namespace

Result<ResumePoint> find_position(const source::Options& options, mysql::Connection& control,
                                  const BinlogPosition& position, const std::stop_token& stop) {
  auto identity = source::identify(control);
  if (!identity) {
    return std::move(identity).error();
  }
  ResumePoint wanted{.position = position, .executed = {}, .has_whole_history = false};
  if (auto status = source::check_resumable(control, wanted); !status) {
    return std::move(status).error();
  }
  Scan scan{options, writes_gtids(*identity)};
  if (auto status = scan.open(position.file, stop); !status) {
    return std::move(status).error();
  }
  BinlogPosition last = scan.point().position;
  bool is_found = false;
  for (;;) {
    const auto order = compare(scan.point().position, position);
    is_found = is_found || (order == 0 && !scan.in_transaction());
    const bool is_told = !writes_gtids(*identity) || scan.point().has_whole_history;
    // At the head of a log, what was executed before it is told behind the position.
    if (is_found && (is_told || scan.in_transaction())) {
      auto point = scan.point();
      point.position = position;
      return point;
    }
    if (!is_found && order > 0) {
      return no_boundary(position, last, scan.point().position);
    }
    last = scan.point().position;
    auto more = scan.next(stop);
    if (!more) {
      return std::move(more).error();
    }
    if (!*more) {
      return is_found ? Result<ResumePoint>{std::move(wanted)}
                      : no_boundary(position, last, scan.point().position);
    }
  }
}

Result<ResumePoint> find_start(const Options& options, mysql::Connection& control,
                               const std::stop_token& stop) {
  struct Visitor {
    const Options& options;
    mysql::Connection& control;
    const std::stop_token& stop;
    Result<ResumePoint> operator()(const StartLatest&) const {
      return source::latest_position(control);
    }
    Result<ResumePoint> operator()(const StartEarliest&) const {
      return source::earliest_position(control);
    }
    Result<ResumePoint> operator()(const StartGtid& start) const {
      auto set = GtidSet::parse(start.gtid, control.flavour());
      if (!set) {
        return std::move(set).error().with_context("start: gtid");
      }
      ResumePoint point{.position = {}, .executed = std::move(*set), .has_whole_history = true};
      if (auto status = source::check_resumable(control, point); !status) {
        return std::move(status).error().with_context("start: gtid");
      }
      return point;
    }
    Result<ResumePoint> operator()(const BinlogPosition& position) const {
      return find_position(options.source, control, position, stop);
    }
    Result<ResumePoint> operator()(const StartTimestamp& start) const {
      return find_time(options.source, control, start.utc_seconds, stop);
    }
  };
  return std::visit(Visitor{options, control, stop}, options.start);
}

}  // namespace replikey::pipeline
