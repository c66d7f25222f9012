#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string_view>

#include "replikey/base/result.hpp"
#include "replikey/model/gtid.hpp"
#include "replikey/model/raw_event.hpp"
#include "replikey/model/resume_point.hpp"
#include "replikey/source/options.hpp"
#include "replikey/source/server_control.hpp"

namespace replikey::source {

/// "Resume at P" as an endless row of events: registers as a replica, watches heartbeats, and
/// takes a lost stream up again from the last boundary it was told of, with backoff and jitter.
///
/// Events borrow from the source until the next call of next().
/// Thread: one at a time, except interrupt().
/// Fails only with what waiting cannot mend: Rejected, CorruptData (the same place was damaged
/// twice), Unsupported, and Closed once a stop was asked for. Losing the server is no failure, but
/// for open(): what cannot be reached there is Unavailable.
class BinlogSource {
 public:
  struct Fetched {
    enum class Kind : std::uint8_t {
      Event,
      Idle,       ///< The server lives and has nothing new.
      Restarted,  ///< The stream goes on at the last boundary: forget the open transaction.
      EndOfLog,   ///< Only with `stop_at_end`.
    };
    Kind kind = Kind::Idle;
    RawEvent event;  ///< Kind::Event only.
  };

  explicit BinlogSource(Options options);
  ~BinlogSource();
  BinlogSource(const BinlogSource&) = delete;
  BinlogSource& operator=(const BinlogSource&) = delete;

  /// Connects and asks for the stream. With `stop_at_end` it ends where the log ends.
  [[nodiscard]] Status open(const ResumePoint& from, const std::stop_token& stop,
                            bool stop_at_end = false);
  [[nodiscard]] Result<Fetched> next(const std::stop_token& stop);

  /// All up to here is dealt with: `file` and `offset` are the end of a transaction, `gtid` its id.
  /// Allocates nothing while the file stays the same.
  void mark_boundary(std::string_view file, std::uint64_t offset, const Gtid& gtid);

  /// Makes a waiting open() or next() return; ask the stop_token to stop first.
  void interrupt() noexcept;

  [[nodiscard]] const ResumePoint& resume_point() const noexcept;
  /// The server that was connected to last.
  [[nodiscard]] const ServerIdentity& identity() const noexcept;

 private:
  class Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace replikey::source
