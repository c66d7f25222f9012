#include "replikey/model/event_framer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include <zlib.h>

#include "replikey/base/byte_cursor.hpp"

namespace replikey {

namespace {

constexpr std::size_t kChecksumSize = 4;
constexpr std::size_t kFlagsOffset = 17;
constexpr std::byte kInUse{0x01};

// Body of FORMAT_DESCRIPTION: version 2, server version 50, created 4, header length 1, lengths.
constexpr std::size_t kServerVersionOffset = 2;
constexpr std::size_t kServerVersionSize = 50;
constexpr std::size_t kFormatFixedSize = 57;

std::optional<EventHeader> read_header(ByteCursor& cursor) noexcept {
  const auto timestamp = cursor.read_le<std::uint32_t>();
  const auto type = cursor.read_le<std::uint8_t>();
  const auto server_id = cursor.read_le<std::uint32_t>();
  const auto event_size = cursor.read_le<std::uint32_t>();
  const auto next_position = cursor.read_le<std::uint32_t>();
  const auto flags = cursor.read_le<std::uint16_t>();
  if (!timestamp || !type || !server_id || !event_size || !next_position || !flags) {
    return std::nullopt;
  }
  return EventHeader{.timestamp = *timestamp,
                     .type = static_cast<EventType>(*type),
                     .server_id = *server_id,
                     .event_size = *event_size,
                     .next_position = *next_position,
                     .flags = *flags};
}

uLong update_crc(uLong crc, std::span<const std::byte> bytes) noexcept {
  // zlib takes what it does not change as unsigned char.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  return crc32_z(crc, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
}

// The server computes a FORMAT_DESCRIPTION's checksum as if the in-use flag were off.
// https://github.com/mysql/mysql-server/blob/mysql-9.1.0/libs/mysql/binlog/event/binlog_event.cpp
// Log_event_footer::event_checksum_test
std::uint32_t checksum_of(std::span<const std::byte> bytes, EventType type) noexcept {
  uLong crc = crc32_z(0, nullptr, 0);
  if (type == EventType::FormatDescription) {
    const std::array flags{bytes[kFlagsOffset] & ~kInUse};
    crc = update_crc(crc, bytes.first(kFlagsOffset));
    crc = update_crc(crc, flags);
    bytes = bytes.subspan(kFlagsOffset + 1);
  }
  return static_cast<std::uint32_t>(update_crc(crc, bytes));
}

// Servers know checksums since MySQL 5.6.1 and MariaDB 5.3; older ones end the event with the
// post-header lengths.
// https://github.com/mysql/mysql-server/blob/mysql-9.1.0/libs/mysql/binlog/event/binlog_event.h
// checksum_version_split
bool writes_checksum_byte(std::string_view version) noexcept {
  std::array<unsigned, 3> parts{};
  const char* at = version.data();
  const char* const end = at + version.size();
  for (unsigned& part : parts) {
    const auto [next, failure] = std::from_chars(at, end, part);
    if (failure != std::errc{}) {
      break;
    }
    at = next != end && *next == '.' ? next + 1 : end;
  }
  const bool is_maria = version.find("MariaDB") != std::string_view::npos;
  const std::array<unsigned, 3> first = is_maria ? std::array{5U, 3U, 0U} : std::array{5U, 6U, 1U};
  return parts >= first;
}

// What FORMAT_DESCRIPTION says about the events after it; nothing when it is damaged.
std::optional<ChecksumAlgorithm> announced(std::span<const std::byte> body) noexcept {
  if (body.size() < kFormatFixedSize) {
    return std::nullopt;
  }
  std::string_view version = as_text(body.subspan(kServerVersionOffset, kServerVersionSize));
  version = version.substr(0, version.find('\0'));
  if (!writes_checksum_byte(version)) {
    return ChecksumAlgorithm::None;
  }
  if (body.size() < kFormatFixedSize + 1 + kChecksumSize) {
    return std::nullopt;
  }
  const std::byte algorithm = body[body.size() - 1 - kChecksumSize];
  if (algorithm > std::byte{1}) {
    return std::nullopt;
  }
  return static_cast<ChecksumAlgorithm>(algorithm);
}

// Whether the event is made up by the dump, and so takes no place in the file. A
// FORMAT_DESCRIPTION sent for a start in mid-file says so by its zero position only.
bool stands_in_file(const EventHeader& header) noexcept {
  if ((header.flags & EventHeader::kArtificial) != 0) {
    return false;
  }
  switch (header.type) {
    case EventType::Heartbeat:
    case EventType::HeartbeatV2: return false;
    case EventType::Rotate:
    case EventType::FormatDescription:
    case EventType::MariaStartEncryption: return header.next_position != 0;
    default: return true;
  }
}

}  // namespace

void EventFramer::reset(ChecksumAlgorithm algorithm, std::string file, std::uint64_t offset) {
  algorithm_ = algorithm;
  file_ = std::move(file);
  offset_ = offset;
}

Error EventFramer::corrupt(std::string_view what) const {
  return Error{ErrorCode::CorruptData,
               file_ + ":" + std::to_string(offset_) + ": " + std::string{what}};
}

// Positions are 32 bits on the wire. A transaction may take a file beyond 4 GiB, a dump by GTID
// leaps over transactions, MariaDB since 11.4 writes 0 inside a transaction; but nothing goes back.
Result<std::uint64_t> EventFramer::end_of(const EventHeader& header) const {
  constexpr std::uint64_t kWrap = 1ULL << 32U;
  const std::uint64_t expected = offset_ + header.event_size;
  if (header.next_position == 0 || static_cast<std::uint32_t>(expected) == header.next_position) {
    return expected;
  }
  const std::uint64_t end = (expected & ~(kWrap - 1)) | header.next_position;
  if (end > expected) {
    return end;
  }
  if (expected - end > kWrap / 2) {
    return end + kWrap;
  }
  return corrupt(std::string{to_string(header.type)} + " says it ends at " +
                 std::to_string(header.next_position) + ", where the stream has been already");
}

Status EventFramer::follow_rotate(RawEvent& event) {
  ByteCursor cursor{event.body};
  const auto position = cursor.read_le<std::uint64_t>();
  const std::string_view name = as_text(cursor.rest());
  if (!position || name.empty() || name.find('\0') != std::string_view::npos) {
    return corrupt("ROTATE names no file");
  }
  if (name != file_) {
    std::swap(previous_file_, file_);
    file_ = name;
    event.file = &previous_file_;
  }
  offset_ = *position;
  return ok();
}

Result<RawEvent> EventFramer::frame(std::span<const std::byte> event) {
  ByteCursor cursor{event};
  const auto header = read_header(cursor);
  if (!header) {
    return corrupt("an event of " + std::to_string(event.size()) + " bytes has no whole header");
  }
  if (header->event_size != event.size()) {
    return corrupt(std::string{to_string(header->type)} + " says it has " +
                   std::to_string(header->event_size) + " bytes, but " +
                   std::to_string(event.size()) + " came");
  }
  std::span<const std::byte> body = cursor.rest();
  ChecksumAlgorithm algorithm = algorithm_;
  bool has_checksum = algorithm == ChecksumAlgorithm::Crc32;
  if (header->type == EventType::FormatDescription) {
    const auto next = announced(body);
    if (!next) {
      return corrupt("FORMAT_DESCRIPTION is damaged or its checksum algorithm unknown");
    }
    // With the algorithm off the four bytes are there too, and stale.
    algorithm = *next;
    has_checksum = algorithm == ChecksumAlgorithm::Crc32;
  }
  if (has_checksum) {
    if (body.size() < kChecksumSize) {
      return corrupt(std::string{to_string(header->type)} + " has no room for its checksum");
    }
    ByteCursor tail{event.last(kChecksumSize)};
    const auto stored = tail.read_le<std::uint32_t>();
    if (stored != checksum_of(event.first(event.size() - kChecksumSize), header->type)) {
      return corrupt(std::string{to_string(header->type)} +
                     " is damaged: its checksum does not match its bytes");
    }
    body = body.first(body.size() - kChecksumSize);
  }

  RawEvent result{
      .header = *header, .body = body, .file = &file_, .start = offset_, .end = offset_};
  if (stands_in_file(*header)) {
    const auto end = end_of(*header);
    if (!end) {
      return end.error();
    }
    result.end = *end;
    result.start = *end - header->event_size;
  }
  if (header->type == EventType::Rotate) {
    if (auto followed = follow_rotate(result); !followed) {
      return std::move(followed).error();
    }
  } else {
    offset_ = result.end;
  }
  algorithm_ = algorithm;
  return result;
}

}  // namespace replikey
