#include "replikey/model/gtid.hpp"

#include <charconv>
#include <optional>
#include <system_error>
#include <vector>

#include "gtid_text.hpp"

namespace replikey {

namespace {

constexpr std::array<std::size_t, 4> kDashPlaces{8, 13, 18, 23};
constexpr std::size_t kUuidTextSize = 36;

bool is_dash_place(std::size_t index) noexcept {
  for (const std::size_t place : kDashPlaces) {
    if (place == index) {
      return true;
    }
  }
  return false;
}

std::optional<unsigned> hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') {
    return static_cast<unsigned>(c - '0');
  }
  if (c >= 'a' && c <= 'f') {
    return static_cast<unsigned>(c - 'a') + 10U;
  }
  if (c >= 'A' && c <= 'F') {
    return static_cast<unsigned>(c - 'A') + 10U;
  }
  return std::nullopt;
}

Error no_gtid(std::string_view text) {
  return Error{ErrorCode::InvalidConfig,
               "\"" + std::string{text} + "\" is no GTID; expected UUID:NUMBER or D-S-N"};
}

}  // namespace

void append_to(std::string& out, const std::array<std::byte, 16>& uuid) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const std::size_t begin = out.size();
  for (const std::byte b : uuid) {
    if (is_dash_place(out.size() - begin)) {
      out += '-';
    }
    out += kDigits[std::to_integer<unsigned>(b) >> 4U];
    out += kDigits[std::to_integer<unsigned>(b) & 0xFU];
  }
}

std::string to_string(const std::array<std::byte, 16>& uuid) {
  std::string out;
  out.reserve(kUuidTextSize);
  append_to(out, uuid);
  return out;
}

Result<std::array<std::byte, 16>> parse_uuid(std::string_view text) {
  const Error failure{ErrorCode::InvalidConfig, "\"" + std::string{text} + "\" is no UUID"};
  if (text.size() != kUuidTextSize) {
    return failure;
  }
  std::array<std::byte, 16> uuid{};
  std::size_t digit_count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_dash_place(i)) {
      if (text[i] != '-') {
        return failure;
      }
      continue;
    }
    const auto digit = hex_digit(text[i]);
    if (!digit) {
      return failure;
    }
    std::byte& target = uuid.at(digit_count / 2);
    target = (target << 4U) | static_cast<std::byte>(*digit);
    ++digit_count;
  }
  return uuid;
}

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits{};
  char* const begin = digits.data();
  out.append(begin, std::to_chars(begin, begin + digits.size(), number).ptr);
}

void append_maria_gtid(std::string& out, std::uint32_t domain, std::uint32_t server,
                       std::uint64_t sequence) {
  append_number(out, domain);
  out += '-';
  append_number(out, server);
  out += '-';
  append_number(out, sequence);
}

std::optional<std::uint64_t> parse_number(std::string_view text) noexcept {
  std::uint64_t number = 0;
  const char* const last = text.data() + text.size();
  const auto [end, failure] = std::from_chars(text.data(), last, number);
  if (text.empty() || failure != std::errc{} || end != last) {
    return std::nullopt;
  }
  return number;
}

std::optional<std::array<char, 33>> parse_tag(std::string_view text) noexcept {
  std::array<char, 33> tag{};
  if (text.empty() || text.size() >= tag.size() || (text[0] >= '0' && text[0] <= '9')) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_') {
      return std::nullopt;
    }
    tag.at(i) = c;
  }
  return tag;
}

std::optional<Gtid> parse_maria_gtid(std::string_view text) noexcept {
  constexpr std::uint64_t kMax32 = 0xFFFFFFFF;
  const std::size_t first = text.find('-');
  const std::size_t second = first == std::string_view::npos ? first : text.find('-', first + 1);
  if (second == std::string_view::npos) {
    return std::nullopt;
  }
  const auto domain = parse_number(text.substr(0, first));
  const auto server = parse_number(text.substr(first + 1, second - first - 1));
  const auto sequence = parse_number(text.substr(second + 1));
  if (!domain || !server || !sequence || *domain > kMax32 || *server > kMax32) {
    return std::nullopt;
  }
  Gtid gtid;
  gtid.kind = Gtid::Kind::MariaDb;
  gtid.domain = static_cast<std::uint32_t>(*domain);
  gtid.server = static_cast<std::uint32_t>(*server);
  gtid.sequence = *sequence;
  return gtid;
}

void append_to(std::string& out, const Gtid& gtid) {
  switch (gtid.kind) {
    case Gtid::Kind::None: return;
    case Gtid::Kind::MySql:
      append_to(out, gtid.origin.uuid);
      if (gtid.origin.tag[0] != '\0') {
        out += ':';
        out += gtid.origin.tag.data();
      }
      out += ':';
      append_number(out, gtid.sequence);
      return;
    case Gtid::Kind::MariaDb:
      append_maria_gtid(out, gtid.domain, gtid.server, gtid.sequence);
      return;
  }
}

std::string to_string(const Gtid& gtid) {
  std::string out;
  append_to(out, gtid);
  return out;
}

Result<Gtid> parse_gtid(std::string_view text) {
  if (text.empty()) {
    return Gtid{};
  }
  const std::size_t first = text.find(':');
  if (first == std::string_view::npos) {
    const auto gtid = parse_maria_gtid(text);
    if (!gtid) {
      return no_gtid(text);
    }
    return *gtid;
  }
  const auto uuid = parse_uuid(text.substr(0, first));
  const std::size_t last = text.rfind(':');
  const auto sequence = parse_number(text.substr(last + 1));
  if (!uuid || !sequence || *sequence == 0 || *sequence > kMaxSequence) {
    return no_gtid(text);
  }
  Gtid gtid;
  gtid.kind = Gtid::Kind::MySql;
  gtid.origin.uuid = *uuid;
  gtid.sequence = *sequence;
  if (last != first) {
    const auto tag = parse_tag(text.substr(first + 1, last - first - 1));
    if (!tag) {
      return no_gtid(text);
    }
    gtid.origin.tag = *tag;
  }
  return gtid;
}

}  // namespace replikey
