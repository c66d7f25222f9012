#include "support/event_builder.hpp"

#include <fstream>
#include <iterator>

#include <zlib.h>

namespace replikey::test {

namespace {

constexpr std::size_t kHeaderSize = 19;
constexpr std::uint16_t kArtificial = 0x20;

std::uint32_t crc_of(std::string_view text) {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size()));
}

std::uint64_t read_le(std::string_view text, std::size_t place, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    value |= std::uint64_t{static_cast<unsigned char>(text[place + i])} << (8 * i);
  }
  return value;
}

bool is_update(EventType type) {
  return type == EventType::UpdateRowsV1 || type == EventType::UpdateRowsV2;
}

bool is_version_2(EventType type) {
  return type >= EventType::WriteRowsV2;
}

}  // namespace

std::string le(std::uint64_t value, std::size_t width) {
  std::string out;
  for (std::size_t i = 0; i < width; ++i) {
    out += i < 8 ? static_cast<char>((value >> (8 * i)) & 0xFFU) : '\0';
  }
  return out;
}

std::string lenenc(std::uint64_t value) {
  if (value < 0xFB) {
    return le(value, 1);
  }
  if (value < 0x10000) {
    return "\xFC" + le(value, 2);
  }
  return "\xFE" + le(value, 8);
}

std::string lenenc_text(std::string_view text) {
  return lenenc(text.size()) + std::string{text};
}

std::string from_hex(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    out += static_cast<char>(std::stoi(std::string{hex.substr(i, 2)}, nullptr, 16));
  }
  return out;
}

std::string to_hex(std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const std::byte b : bytes) {
    out += kDigits[std::to_integer<unsigned>(b) >> 4U];
    out += kDigits[std::to_integer<unsigned>(b) & 0xFU];
  }
  return out;
}

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span{text.data(), text.size()});
}

TableMapSpec& TableMapSpec::with(std::uint8_t kind, std::string_view value) {
  optional_metadata += le(kind, 1) + lenenc_text(value);
  return *this;
}

std::string TableMapSpec::body() const {
  std::string nulls = null_bits;
  if (nulls.empty()) {
    nulls.assign((types.size() + 7) / 8, '\xFF');
  }
  return le(id, 6) + le(1, 2) + lenenc_text(database) + le(0, 1) + lenenc_text(table) + le(0, 1) +
         lenenc_text(types) + lenenc_text(metadata) + nulls + optional_metadata;
}

EventBuilder& EventBuilder::event(EventType type, std::string_view body, std::uint16_t flags) {
  const bool is_artificial = (flags & kArtificial) != 0;
  const bool has_checksum = has_checksum_;
  const std::size_t size = kHeaderSize + body.size() + (has_checksum ? 4 : 0);
  if (!is_artificial) {
    offset_ += size;
  }
  const std::uint64_t position = is_artificial || !has_position_ ? 0 : offset_ & 0xFFFFFFFFU;
  has_position_ = true;
  std::string event = le(is_artificial ? 0 : 1700000000, 4) + le(static_cast<unsigned>(type), 1) +
                      le(1, 4) + le(size, 4) + le(position, 4) + le(flags, 2) + std::string{body};
  if (has_checksum) {
    event += le(crc_of(event), 4);
  }
  events_.push_back(std::move(event));
  return *this;
}

EventBuilder& EventBuilder::without_position() {
  has_position_ = false;
  return *this;
}

EventBuilder& EventBuilder::leap(std::uint64_t bytes) {
  offset_ += bytes;
  return *this;
}

EventBuilder& EventBuilder::format_description(std::string_view version) {
  // Post-header lengths of MySQL 8; the first ones are the same everywhere.
  std::string body = le(4, 2) + std::string{version} + std::string(50 - version.size(), '\0') +
                     le(0, 4) + le(kHeaderSize, 1) +
                     from_hex(
                         "000d0008000000000400040000006300041a08000000080808020000000a0a0a"
                         "2a2a001234000a2800");
  body += le(has_checksum_ ? 1 : 0, 1);
  if (!has_checksum_) {
    body += le(0xDEADBEEF, 4);  // there, and stale
  }
  return event(EventType::FormatDescription, body);
}

EventBuilder& EventBuilder::artificial_rotate(std::string_view file, std::uint64_t position) {
  event(EventType::Rotate, le(position, 8) + std::string{file}, kArtificial);
  offset_ = position;
  return *this;
}

EventBuilder& EventBuilder::rotate(std::string_view file) {
  event(EventType::Rotate, le(4, 8) + std::string{file});
  offset_ = 4;
  return *this;
}

EventBuilder& EventBuilder::query(std::string_view sql, std::string_view database,
                                  std::uint64_t sql_mode) {
  const std::string variables = le(0, 1) + le(0, 4) + le(1, 1) + le(sql_mode, 8);
  return event(EventType::Query, le(7, 4) + le(0, 4) + le(database.size(), 1) + le(0, 2) +
                                     le(variables.size(), 2) + variables + std::string{database} +
                                     le(0, 1) + std::string{sql});
}

EventBuilder& EventBuilder::xid(std::uint64_t number) {
  return event(EventType::Xid, le(number, 8));
}

EventBuilder& EventBuilder::gtid(std::uint64_t sequence) {
  return event(EventType::Gtid, le(1, 1) + std::string(16, '\x11') + le(sequence, 8) + le(2, 1) +
                                    le(0, 16) + le(1'700'000'000'000'000, 7));
}

EventBuilder& EventBuilder::anonymous_gtid() {
  return event(EventType::AnonymousGtid,
               le(1, 1) + std::string(16, '\0') + le(0, 8) + le(2, 1) + le(0, 16));
}

EventBuilder& EventBuilder::maria_gtid(std::uint64_t sequence, std::uint8_t flags) {
  return event(EventType::MariaGtid, le(sequence, 8) + le(0, 4) + le(flags, 1) + le(0, 6));
}

EventBuilder& EventBuilder::table_map(const TableMapSpec& spec) {
  return event(EventType::TableMap, spec.body());
}

EventBuilder& EventBuilder::rows(EventType type, const RowsSpec& spec) {
  const std::string all((spec.column_count + 7) / 8, '\xFF');
  std::string body = le(spec.table_id, 6) + le(spec.flags, 2);
  if (is_version_2(type)) {
    body += le(spec.extra.size() + 2, 2) + spec.extra;
  }
  body += lenenc(spec.column_count) + (spec.present.empty() ? all : spec.present);
  if (is_update(type)) {
    body += spec.after_present.empty() ? all : spec.after_present;
  }
  return event(type, body + spec.images);
}

void fix_checksum(std::string& event) {
  event.resize(event.size() - 4);
  event += le(crc_of(event), 4);
}

std::vector<std::string> read_binlog(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  const std::string file{std::istreambuf_iterator<char>{in}, {}};
  std::vector<std::string> events;
  std::size_t place = 4;
  while (place + kHeaderSize <= file.size()) {
    const std::size_t size = read_le(file, place + 9, 4);
    if (size < kHeaderSize || size > file.size() - place) {
      break;
    }
    events.push_back(file.substr(place, size));
    place += size;
  }
  return events;
}

}  // namespace replikey::test
