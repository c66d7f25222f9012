#include "gtid_events.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <string_view>

#include "replikey/base/byte_cursor.hpp"

namespace replikey::decode {

namespace {

Error corrupt(std::string_view event, std::string_view what) {
  return Error{ErrorCode::CorruptData, std::string{event} + ": " + std::string{what}};
}

// Variable-length integer of mysql::serialization: as many low 1-bits in the first byte as bytes
// follow it.
// https://github.com/mysql/mysql-server/blob/mysql-9.1.0/libs/mysql/serialization/variable_length_integers.h
std::optional<std::uint64_t> read_varint(ByteCursor& cursor) noexcept {
  if (cursor.remaining() == 0) {
    return std::nullopt;
  }
  const auto first = std::to_integer<std::uint8_t>(cursor.rest()[0]);
  const auto following = static_cast<unsigned>(std::countr_one(first));
  if (following == 8) {
    if (!cursor.skip(1)) {
      return std::nullopt;
    }
    return cursor.read_le<std::uint64_t>();
  }
  const auto bytes = cursor.read_bytes(following + 1U);
  if (!bytes) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  for (unsigned i = 0; i <= following; ++i) {
    value |= std::to_integer<std::uint64_t>((*bytes)[i]) << (8 * i);
  }
  return value >> (following + 1U);
}

// Signed: the lowest bit is the sign, a negative x stands as -(x + 1).
std::optional<std::int64_t> read_signed_varint(ByteCursor& cursor) noexcept {
  const auto value = read_varint(cursor);
  if (!value) {
    return std::nullopt;
  }
  const auto magnitude = static_cast<std::int64_t>(*value >> 1U);
  return (*value & 1U) != 0 ? -magnitude - 1 : magnitude;
}

enum class TaggedField : std::uint8_t {
  Flags,
  Uuid,
  Sequence,
  Tag,
  LastCommitted,
  SequenceNumber,
  ImmediateCommit,
  OriginalCommit,
  TransactionLength,
  ImmediateVersion,
  OriginalVersion,
  CommitGroupTicket,
};
constexpr std::uint64_t kTaggedFieldCount = 12;

// Each byte is a varint of its own.
bool read_uuid(ByteCursor& cursor, GtidOrigin& origin) noexcept {
  for (std::byte& target : origin.uuid) {
    const auto value = read_varint(cursor);
    if (!value || *value > 0xFF) {
      return false;
    }
    target = static_cast<std::byte>(*value);
  }
  return true;
}

bool read_tag(ByteCursor& cursor, GtidOrigin& origin) noexcept {
  const auto size = read_varint(cursor);
  const auto text = size ? cursor.read_bytes(*size) : std::nullopt;
  if (!text || text->size() >= origin.tag.size()) {
    return false;
  }
  const auto is_tag_character = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  const std::string_view tag = as_text(*text);
  if (!std::ranges::all_of(tag, is_tag_character)) {
    return false;
  }
  std::ranges::copy(tag, origin.tag.begin());
  return true;
}

bool read_tagged_field(TaggedField field, ByteCursor& cursor, TransactionHead& head) noexcept {
  switch (field) {
    case TaggedField::Uuid: return read_uuid(cursor, head.gtid.origin);
    case TaggedField::Tag: return read_tag(cursor, head.gtid.origin);
    case TaggedField::Sequence: {
      const auto sequence = read_signed_varint(cursor);
      if (!sequence || *sequence <= 0) {
        return false;
      }
      head.gtid.sequence = static_cast<std::uint64_t>(*sequence);
      return true;
    }
    case TaggedField::ImmediateCommit: {
      const auto time = read_varint(cursor);
      head.committed_at_us = time.value_or(0);
      return time.has_value();
    }
    case TaggedField::Flags:
    case TaggedField::LastCommitted:
    case TaggedField::SequenceNumber:
    case TaggedField::OriginalCommit:
    case TaggedField::TransactionLength:
    case TaggedField::ImmediateVersion:
    case TaggedField::OriginalVersion:
    case TaggedField::CommitGroupTicket: return read_varint(cursor).has_value();
  }
  return false;
}

// MariaDB's flags2.
// https://github.com/MariaDB/server/blob/mariadb-11.8.2/sql/log_event.h Gtid_log_event
constexpr std::uint8_t kStandalone = 0x01;
constexpr std::uint8_t kGroupCommitId = 0x02;
constexpr std::uint8_t kPreparedXa = 0x40;
constexpr std::uint8_t kCompletedXa = 0x80;

// What the flags announce has to be there; what follows it, newer servers added.
bool has_announced_fields(ByteCursor cursor, std::uint8_t flags) noexcept {
  if ((flags & kGroupCommitId) != 0 && !cursor.skip(8)) {
    return false;
  }
  if ((flags & (kPreparedXa | kCompletedXa)) == 0) {
    return true;
  }
  const auto format = cursor.read_le<std::uint32_t>();
  const auto global_size = cursor.read_le<std::uint8_t>();
  const auto branch_size = cursor.read_le<std::uint8_t>();
  return format && global_size && branch_size && cursor.skip(*global_size + *branch_size);
}

}  // namespace

Result<TransactionHead> decode_gtid(const RawEvent& event) {
  constexpr std::uint8_t kLogicalTimestamps = 2;
  constexpr std::uint64_t kOriginalFollows = 1ULL << 55U;
  const std::string_view name = to_string(event.header.type);
  ByteCursor cursor{event.body};
  const auto flags = cursor.read_le<std::uint8_t>();
  const auto uuid = cursor.read_bytes(16);
  const auto sequence = cursor.read_le<std::uint64_t>();
  if (!flags || !uuid || !sequence) {
    return corrupt(name, "it ends in its GTID");
  }
  TransactionHead head;
  if (event.header.type == EventType::Gtid) {
    if (*sequence == 0) {
      return corrupt(name, "its number is 0");
    }
    head.gtid.kind = Gtid::Kind::MySql;
    head.gtid.sequence = *sequence;
    std::ranges::copy(*uuid, head.gtid.origin.uuid.begin());
  }
  // MySQL 5.6 ends here, 5.7 behind two logical timestamps.
  if (cursor.read_le<std::uint8_t>() != kLogicalTimestamps) {
    return head;
  }
  if (!cursor.skip(16)) {
    return corrupt(name, "it ends in its logical timestamps");
  }
  if (const auto immediate = cursor.read_le<std::uint64_t, 7>()) {
    if ((*immediate & kOriginalFollows) != 0 && !cursor.skip(7)) {
      return corrupt(name, "it ends in its commit timestamps");
    }
    head.committed_at_us = *immediate & ~kOriginalFollows;
  } else if (cursor.remaining() != 0) {
    return corrupt(name, "it ends in its commit timestamps");
  }
  return head;
}

Result<TransactionHead> decode_gtid_tagged(std::span<const std::byte> body) {
  constexpr std::uint64_t kSerializationVersion = 1;
  const std::string_view name = to_string(EventType::GtidTagged);
  ByteCursor cursor{body};
  const auto version = read_varint(cursor);
  const auto size = read_varint(cursor);
  const auto last_required = read_varint(cursor);
  if (!version || !size || !last_required) {
    return corrupt(name, "it ends in its head");
  }
  if (*version != kSerializationVersion || *last_required > kTaggedFieldCount) {
    return Error{ErrorCode::Unsupported,
                 std::string{name} + " has a layout newer than this version knows"};
  }
  TransactionHead head;
  head.gtid.kind = Gtid::Kind::MySql;
  while (cursor.remaining() != 0) {
    const auto field = read_varint(cursor);
    if (!field) {
      return corrupt(name, "it ends in a field's number");
    }
    if (*field >= kTaggedFieldCount) {  // added later, and said to be ignorable
      break;
    }
    if (!read_tagged_field(static_cast<TaggedField>(*field), cursor, head)) {
      return corrupt(name, "field " + std::to_string(*field) + " is damaged");
    }
  }
  if (head.gtid.sequence == 0) {
    return corrupt(name, "it has no number");
  }
  return head;
}

Result<TransactionHead> decode_maria_gtid(const RawEvent& event) {
  const std::string_view name = to_string(event.header.type);
  ByteCursor cursor{event.body};
  const auto sequence = cursor.read_le<std::uint64_t>();
  const auto domain = cursor.read_le<std::uint32_t>();
  const auto flags = cursor.read_le<std::uint8_t>();
  if (!sequence || !domain || !flags || !has_announced_fields(cursor, *flags)) {
    return corrupt(name, "it is cut off");
  }
  TransactionHead head;
  head.gtid.kind = Gtid::Kind::MariaDb;
  head.gtid.domain = *domain;
  head.gtid.server = event.header.server_id;
  head.gtid.sequence = *sequence;
  head.is_standalone = (*flags & kStandalone) != 0;
  return head;
}

Result<GtidSet> decode_gtid_list(std::span<const std::byte> body) {
  constexpr std::uint32_t kCountBits = 0x0FFFFFFF;  // the others are flags
  const std::string_view name = to_string(EventType::MariaGtidList);
  ByteCursor cursor{body};
  const auto count = cursor.read_le<std::uint32_t>();
  if (!count) {
    return corrupt(name, "it is cut off");
  }
  GtidSet set;
  for (std::uint32_t i = 0; i < (*count & kCountBits); ++i) {
    const auto domain = cursor.read_le<std::uint32_t>();
    const auto server = cursor.read_le<std::uint32_t>();
    const auto sequence = cursor.read_le<std::uint64_t>();
    if (!domain || !server || !sequence) {
      return corrupt(name, "it is cut off");
    }
    Gtid gtid;
    gtid.kind = Gtid::Kind::MariaDb;
    gtid.domain = *domain;
    gtid.server = *server;
    gtid.sequence = *sequence;
    set.add(gtid);
  }
  return set;
}

}  // namespace replikey::decode
