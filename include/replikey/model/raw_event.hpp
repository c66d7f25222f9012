#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "replikey/model/event_type.hpp"

namespace replikey {

/// Common header of every v4 binlog event; 19 bytes, little-endian.
/// https://github.com/mysql/mysql-server/blob/mysql-9.1.0/libs/mysql/binlog/event/binlog_event.h
/// Log_event_header
struct EventHeader {
  static constexpr std::size_t kSize = 19;
  static constexpr std::uint16_t kArtificial = 0x20;
  static constexpr std::uint16_t kIgnorable = 0x80;

  std::uint32_t timestamp = 0;  ///< Seconds since 1970 UTC.
  EventType type = EventType::Unknown;
  std::uint32_t server_id = 0;
  std::uint32_t event_size = 0;     ///< Header, body and checksum.
  std::uint32_t next_position = 0;  ///< End of the event; wraps beyond 4 GiB, 0 when unknown.
  std::uint16_t flags = 0;
};

/// One event whose size and checksum have been verified. Borrows: `body` and `file` are valid
/// until the next event is asked of whoever gave this one.
struct RawEvent {
  EventHeader header;
  std::span<const std::byte> body;    ///< After the header, without the checksum.
  const std::string* file = nullptr;  ///< Name of the binlog it stands in; never null.
  std::uint64_t start = 0;  ///< Offset of its first byte; 64 bits, computed, never wrapped.
  std::uint64_t end = 0;    ///< Offset of the byte after it. Equals start for artificial events.
};

}  // namespace replikey
