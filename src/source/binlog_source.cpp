#include "replikey/source/binlog_source.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "session.hpp"

#include "replikey/model/event_framer.hpp"
#include "replikey/mysql/connection.hpp"
#include "replikey/source/dump_error.hpp"
#include "replikey/telemetry/log.hpp"

namespace replikey::source {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// A server that searches its log for a GTID sends nothing for a while.
constexpr milliseconds kShortestSilence{10'000};
constexpr int kSilentHeartbeats = 3;
// COM_BINLOG_DUMP has 32 bits for a position.
constexpr std::uint64_t kLastDumpPosition = 0xFFFFFFFFU;

milliseconds silence_of(const Options& options) {
  return std::max(options.heartbeat * kSilentHeartbeats, kShortestSilence);
}

Error asked_to_stop() {
  return Error{ErrorCode::Closed, "asked to stop"};
}

bool is_heartbeat(EventType type) noexcept {
  return type == EventType::Heartbeat || type == EventType::HeartbeatV2;
}

}  // namespace

class BinlogSource::Stream {
 public:
  explicit Stream(Options options) : options_{std::move(options)}, random_{std::random_device{}()} {
    options_.connection.read_timeout = silence_of(options_);
  }

  Status open(const ResumePoint& from, const std::stop_token& stop, bool stop_at_end);
  Result<Fetched> next(const std::stop_token& stop);
  void mark_boundary(std::string_view file, std::uint64_t offset, const Gtid& gtid);
  void interrupt() noexcept;

  ResumePoint resume;
  ServerIdentity identity;

 private:
  Status connect(const std::stop_token& stop);
  Status reconnect(const std::stop_token& stop);
  Status take_identity();
  Status start_dump(ChecksumAlgorithm checksum);
  void pause(const std::stop_token& stop);
  void drop_link();
  void lose(const Error& reason);
  /// Nothing when there is nothing to hand on.
  Result<std::optional<Fetched>> take(std::span<const std::byte> bytes);
  Status note_damage(const Error& damage);
  [[nodiscard]] Result<bool> is_discarded(const RawEvent& event);
  void follow_rotation(const RawEvent& event);

  Options options_;
  std::mutex mutex_;  ///< Of link_ being there, against interrupt().
  std::optional<mysql::Connection> link_;
  std::condition_variable_any wakeup_;

  EventFramer framer_;
  std::minstd_rand random_;
  int failures_ = 0;  ///< In a row, without an event of the log in between.
  bool stops_at_end_ = false;
  bool has_ended_ = false;
  bool is_loss_told_ = false;
  bool was_ever_connected_ = false;
  std::uint64_t discard_until_ = 0;  ///< 0 when nothing is discarded.
  std::optional<BinlogPosition> damaged_at_;
};

Status BinlogSource::Stream::open(const ResumePoint& from, const std::stop_token& stop,
                                  bool stop_at_end) {
  resume = from;
  stops_at_end_ = stop_at_end;
  has_ended_ = false;
  drop_link();
  auto connected = connect(stop);
  if (!connected) {
    drop_link();
    return stop.stop_requested() ? asked_to_stop() : std::move(connected).error();
  }
  telemetry::info("reading the binary log",
                  {{"server", mysql::endpoint_text(options_.connection)},
                   {"version", identity.version},
                   {"from", resumes_by_gtid(identity, resume) ? resume.executed.to_string()
                                                              : to_string(resume.position)}});
  return ok();
}

Status BinlogSource::Stream::connect(const std::stop_token& stop) {
  auto opened = mysql::Connection::open(options_.connection);
  if (!opened) {
    return std::move(opened).error();
  }
  {
    const std::scoped_lock lock{mutex_};
    link_ = std::move(*opened);
  }
  // Whoever asks to stop from here on finds the link and interrupts it.
  if (stop.stop_requested()) {
    return asked_to_stop();
  }
  if (link_->fell_back_to_plain() && !was_ever_connected_) {
    telemetry::warn("the connection is not encrypted: the server offers no TLS",
                    {{"server", mysql::endpoint_text(options_.connection)}});
  }
  if (auto known = take_identity(); !known) {
    return known;
  }
  if (auto resumable = check_resumable(*link_, resume); !resumable) {
    return resumable;
  }
  const auto checksum = prepare_session(*link_, options_, identity, resume);
  if (!checksum) {
    return checksum.error();
  }
  if (auto registered = link_->register_replica({options_.server_id, "replikey", 0}); !registered) {
    return dump_error(registered.error(), link_->last_error(), resume);
  }
  if (auto started = start_dump(*checksum); !started) {
    return started;
  }
  was_ever_connected_ = true;
  return ok();
}

Status BinlogSource::Stream::take_identity() {
  auto answer = identify(*link_);
  if (!answer) {
    return std::move(answer).error();
  }
  const bool is_other = was_ever_connected_ && answer->uuid != identity.uuid;
  if (is_other && !resumes_by_gtid(*answer, resume)) {
    return Error{ErrorCode::Rejected,
                 "another server answers at " + mysql::endpoint_text(options_.connection) +
                     " now (" + answer->uuid + ", it was " + identity.uuid +
                     "), and a file and position of the one mean nothing to the other; " +
                     std::string{kWaysOn}};
  }
  identity = std::move(*answer);
  return ok();
}

Status BinlogSource::Stream::start_dump(ChecksumAlgorithm checksum) {
  const bool is_mysql = identity.flavour == Flavour::MySql;
  const bool by_gtid = resumes_by_gtid(identity, resume);
  mysql::DumpRequest request;
  request.server_id = options_.server_id;
  if (stops_at_end_) {
    request.flags |= mysql::DumpRequest::kNonBlocking;
  }
  if (is_mysql && link_->version().at_least(8, 0, 26)) {
    request.flags |= mysql::DumpRequest::kHeartbeatV2;
  }
  discard_until_ = 0;
  if (by_gtid) {
    if (is_mysql) {
      request.gtid_set = resume.executed.encode();
    }
    framer_.reset(checksum, {}, request.position);
  } else {
    request.file = resume.position.file;
    request.position = resume.position.offset;
    if (request.position > kLastDumpPosition) {
      discard_until_ = request.position;
      request.position = 4;
    }
    framer_.reset(checksum, request.file, request.position);
  }
  return link_->start_dump(request);
}

void BinlogSource::Stream::drop_link() {
  const std::scoped_lock lock{mutex_};
  link_.reset();
}

void BinlogSource::Stream::lose(const Error& reason) {
  drop_link();
  ++failures_;
  if (!std::exchange(is_loss_told_, true)) {
    telemetry::warn("lost the binary log stream, connecting again",
                    {{"server", mysql::endpoint_text(options_.connection)},
                     {"reason", reason.message()},
                     {"resume", to_string(resume.position)}});
  } else {
    telemetry::debug("still no binary log stream",
                     {{"reason", reason.message()}, {"failures", failures_}});
  }
}

// Doubles with each failure; a random half of it, so that many do not come back at once.
void BinlogSource::Stream::pause(const std::stop_token& stop) {
  milliseconds delay = options_.backoff_min;
  for (int i = 1; i < failures_ && delay < options_.backoff_max; ++i) {
    delay *= 2;
  }
  delay = std::min(delay, options_.backoff_max);
  std::uniform_int_distribution<milliseconds::rep> jitter{delay.count() / 2, delay.count()};
  std::unique_lock lock{mutex_};
  wakeup_.wait_for(lock, stop, milliseconds{jitter(random_)}, [] { return false; });
}

Status BinlogSource::Stream::reconnect(const std::stop_token& stop) {
  while (true) {
    pause(stop);
    if (stop.stop_requested()) {
      return asked_to_stop();
    }
    auto connected = connect(stop);
    if (connected) {
      return ok();
    }
    if (stop.stop_requested()) {
      drop_link();
      return asked_to_stop();
    }
    if (!connected.error().is_retryable()) {
      drop_link();
      return std::move(connected).error();
    }
    lose(connected.error());
  }
}

Result<BinlogSource::Fetched> BinlogSource::Stream::next(const std::stop_token& stop) {
  while (true) {
    if (stop.stop_requested()) {
      return asked_to_stop();
    }
    if (has_ended_) {
      return Fetched{Fetched::Kind::EndOfLog, {}};
    }
    if (!link_) {
      if (auto regained = reconnect(stop); !regained) {
        return std::move(regained).error();
      }
      return Fetched{Fetched::Kind::Restarted, {}};
    }
    auto event = link_->next_event();
    if (!event) {
      if (stop.stop_requested()) {
        return asked_to_stop();
      }
      Error error = dump_error(event.error(), link_->last_error(), resume);
      if (!error.is_retryable()) {
        drop_link();
        return error;
      }
      lose(error);
      continue;
    }
    if (!*event) {
      if (stops_at_end_) {
        has_ended_ = true;
        drop_link();
      } else {
        lose(Error{ErrorCode::Unavailable, "the server ended the stream"});
      }
      continue;
    }
    auto taken = take(**event);
    if (!taken) {
      return std::move(taken).error();
    }
    if (*taken) {
      return **taken;
    }
  }
}

Result<std::optional<BinlogSource::Fetched>> BinlogSource::Stream::take(
    std::span<const std::byte> bytes) {
  auto framed = framer_.frame(bytes);
  if (!framed) {
    if (auto noted = note_damage(framed.error()); !noted) {
      return std::move(noted).error();
    }
    return std::optional<Fetched>{};
  }
  const bool is_of_the_log = framed->end != framed->start;
  if (is_of_the_log || is_heartbeat(framed->header.type)) {
    failures_ = 0;
    if (std::exchange(is_loss_told_, false)) {
      telemetry::info("the binary log stream goes on",
                      {{"server", mysql::endpoint_text(options_.connection)},
                       {"file", framer_.file()},
                       {"position", framer_.offset()}});
    }
  }
  if (is_heartbeat(framed->header.type)) {
    return std::optional{Fetched{Fetched::Kind::Idle, {}}};
  }
  auto discarded = is_discarded(*framed);
  if (!discarded) {
    return std::move(discarded).error();
  }
  if (*discarded) {
    return std::optional<Fetched>{};
  }
  follow_rotation(*framed);
  return std::optional{Fetched{Fetched::Kind::Event, *framed}};
}

// Bytes can be damaged on their way, once; twice at one place, they are so on the server.
Status BinlogSource::Stream::note_damage(const Error& damage) {
  BinlogPosition place{framer_.file(), framer_.offset()};
  if (damaged_at_ == place) {
    drop_link();
    return Error{damage.code(), damage.message() +
                                    ", twice; restore the binary log, or go on "
                                    "behind the damage by \"replikey reset "
                                    "--config FILE --to FILE:POSITION\""};
  }
  damaged_at_ = std::move(place);
  lose(damage);
  return ok();
}

// A start beyond what COM_BINLOG_DUMP can say is a start at the file's beginning, with what comes
// before the position left out.
Result<bool> BinlogSource::Stream::is_discarded(const RawEvent& event) {
  if (discard_until_ == 0 || event.header.type == EventType::FormatDescription ||
      event.end == event.start) {
    return false;
  }
  const bool is_in_file = *event.file == resume.position.file;
  if (is_in_file && event.end <= discard_until_ && event.header.type != EventType::Rotate) {
    return true;
  }
  if (is_in_file && event.start == discard_until_) {
    discard_until_ = 0;
    return false;
  }
  return Error{ErrorCode::Rejected, "cannot go on from " + to_string(resume.position) +
                                        ": no event begins there; " + std::string{kWaysOn}};
}

// No transaction spans two files: the end of one is a boundary even when nobody marks it.
void BinlogSource::Stream::follow_rotation(const RawEvent& event) {
  if (event.header.type != EventType::Rotate || event.end == event.start) {
    return;
  }
  resume.position.file = framer_.file();
  resume.position.offset = framer_.offset();
}

void BinlogSource::Stream::mark_boundary(std::string_view file, std::uint64_t offset,
                                         const Gtid& gtid) {
  if (resume.position.file != file) {
    resume.position.file = file;
  }
  resume.position.offset = offset;
  if (gtid.kind != Gtid::Kind::None) {
    resume.executed.add(gtid);
  }
}

void BinlogSource::Stream::interrupt() noexcept {
  {
    const std::scoped_lock lock{mutex_};
    if (link_) {
      link_->interrupt();
    }
  }
  wakeup_.notify_all();
}

BinlogSource::BinlogSource(Options options)
    : stream_{std::make_unique<Stream>(std::move(options))} {}
BinlogSource::~BinlogSource() = default;

Status BinlogSource::open(const ResumePoint& from, const std::stop_token& stop, bool stop_at_end) {
  return stream_->open(from, stop, stop_at_end);
}

Result<BinlogSource::Fetched> BinlogSource::next(const std::stop_token& stop) {
  return stream_->next(stop);
}

void BinlogSource::mark_boundary(std::string_view file, std::uint64_t offset, const Gtid& gtid) {
  stream_->mark_boundary(file, offset, gtid);
}

void BinlogSource::interrupt() noexcept {
  stream_->interrupt();
}

const ResumePoint& BinlogSource::resume_point() const noexcept {
  return stream_->resume;
}

const ServerIdentity& BinlogSource::identity() const noexcept {
  return stream_->identity;
}

}  // namespace replikey::source
