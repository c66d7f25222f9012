#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "replikey/base/result.hpp"
#include "replikey/model/raw_event.hpp"

namespace replikey {

enum class ChecksumAlgorithm : std::uint8_t { None = 0, Crc32 = 1 };

/// Turns the bytes of whole events, in stream order, into RawEvents: checks size and CRC-32,
/// follows FORMAT_DESCRIPTION for the checksum algorithm and ROTATE for the file name, and keeps
/// the offset in 64 bits (log_pos wraps at 4 GiB; MariaDB 11.4 and later writes 0 inside a
/// transaction). Pure: no I/O. Allocates only when the file changes. Thread: any one at a time.
///
/// Fails with CorruptData, naming file and offset; the framer stays usable for `reset`.
class EventFramer {
 public:
  /// `algorithm` is what the session asked for; it governs the events before the first
  /// FORMAT_DESCRIPTION. `file`/`offset` is where the stream is expected to begin.
  void reset(ChecksumAlgorithm algorithm, std::string file, std::uint64_t offset);

  /// `event` is header, body and checksum. The result borrows from it and from the framer.
  [[nodiscard]] Result<RawEvent> frame(std::span<const std::byte> event);

  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

 private:
  [[nodiscard]] Error corrupt(std::string_view what) const;
  [[nodiscard]] Result<std::uint64_t> end_of(const EventHeader& header) const;
  [[nodiscard]] Status follow_rotate(RawEvent& event);

  ChecksumAlgorithm algorithm_ = ChecksumAlgorithm::None;
  std::string file_;
  std::string previous_file_;  // what a ROTATE event's own `file` points to
  std::uint64_t offset_ = 4;
};

}  // namespace replikey
