#include "replikey/model/gtid_set.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "gtid_text.hpp"

#include "replikey/base/byte_cursor.hpp"

namespace replikey {

namespace {

constexpr std::uint64_t kTaggedFormat = 1;
constexpr unsigned kFormatShift = 56;

Error bad_set(std::string_view part) {
  return Error{ErrorCode::InvalidConfig, "\"" + std::string{part} + "\" is no part of a GTID set"};
}

Error bad_encoding(std::string_view what) {
  return Error{ErrorCode::CorruptData, "GTID set: " + std::string{what}};
}

std::optional<GtidSet::Interval> parse_interval(std::string_view text) noexcept {
  const std::size_t dash = text.find('-');
  const auto first = parse_number(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_number(text.substr(dash + 1));
  if (!first || !last || *first == 0 || *last < *first || *last > kMaxSequence) {
    return std::nullopt;
  }
  return GtidSet::Interval{.first = *first, .last = *last};
}

// "uuid:1-5:7:tag:1-3": numbers belong to the tag before them.
Status parse_origin(std::string_view part, GtidSet& set) {
  std::size_t colon = part.find(':');
  const auto uuid = parse_uuid(part.substr(0, colon));
  if (!uuid) {
    return bad_set(part);
  }
  GtidOrigin origin{.uuid = *uuid, .tag = {}};
  bool has_interval = false;
  while (colon != std::string_view::npos) {
    const std::size_t next = part.find(':', colon + 1);
    const auto piece = part.substr(
        colon + 1, next == std::string_view::npos ? std::string_view::npos : next - colon - 1);
    if (const auto interval = parse_interval(piece)) {
      set.add(origin, *interval);
      has_interval = true;
    } else if (const auto tag = parse_tag(piece)) {
      origin.tag = *tag;
      has_interval = false;
    } else {
      return bad_set(part);
    }
    colon = next;
  }
  if (!has_interval) {
    return bad_set(part);
  }
  return ok();
}

void append_le(std::string& out, std::uint64_t value) {
  for (unsigned i = 0; i < sizeof(value); ++i) {
    out += static_cast<char>((value >> (8 * i)) & 0xFFU);
  }
}

bool has_tag(const GtidOrigin& origin) noexcept {
  return origin.tag[0] != '\0';
}

std::optional<GtidOrigin> read_origin(ByteCursor& cursor, bool is_tagged) noexcept {
  const auto uuid = cursor.read_bytes(16);
  if (!uuid) {
    return std::nullopt;
  }
  GtidOrigin origin;
  std::ranges::copy(*uuid, origin.uuid.begin());
  if (!is_tagged) {
    return origin;
  }
  // The length is a variable-length integer of mysql::serialization; a tag's fits its one-byte
  // form, which is shifted left by one.
  const auto length = cursor.read_le<std::uint8_t>();
  if (!length || (*length & 1U) != 0) {
    return std::nullopt;
  }
  const auto text = cursor.read_bytes(*length >> 1U);
  if (!text) {
    return std::nullopt;
  }
  if (!text->empty()) {
    const auto tag = parse_tag(as_text(*text));
    if (!tag) {
      return std::nullopt;
    }
    origin.tag = *tag;
  }
  return origin;
}

}  // namespace

Result<GtidSet> GtidSet::parse(std::string_view text, Flavour flavour) {
  std::string compact;
  compact.reserve(text.size());
  std::ranges::copy_if(text, std::back_inserter(compact),
                       [](char c) { return std::isspace(static_cast<unsigned char>(c)) == 0; });
  GtidSet set;
  std::string_view rest = compact;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    const std::string_view part = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    if (part.empty()) {  // the server, too, allows empty parts
      continue;
    }
    if (flavour == Flavour::MySql) {
      if (auto parsed = parse_origin(part, set); !parsed) {
        return std::move(parsed).error();
      }
    } else if (const auto gtid = parse_maria_gtid(part)) {
      set.add(*gtid);
    } else {
      return bad_set(part);
    }
  }
  return set;
}

void GtidSet::add(const Gtid& gtid) {
  switch (gtid.kind) {
    case Gtid::Kind::None: return;
    case Gtid::Kind::MySql:
      add(gtid.origin, Interval{.first = gtid.sequence, .last = gtid.sequence});
      return;
    case Gtid::Kind::MariaDb: {
      const DomainState state{.server = gtid.server, .sequence = gtid.sequence};
      const auto [place, is_new] = domains_.try_emplace(gtid.domain, state);
      if (!is_new && place->second.sequence <= gtid.sequence) {
        place->second = state;
      }
      return;
    }
  }
}

void GtidSet::add(const GtidOrigin& origin, Interval interval) {
  if (interval.first == 0 || interval.last < interval.first || interval.last > kMaxSequence) {
    return;
  }
  std::vector<Interval>& intervals = origins_[origin];
  // Intervals stay sorted, disjoint and unconnected. `begin` is the first that touches ours.
  const auto begin = std::ranges::lower_bound(intervals, interval.first, {},
                                              [](const Interval& i) { return i.last + 1; });
  auto end = begin;
  while (end != intervals.end() && end->first <= interval.last + 1) {
    interval.first = std::min(interval.first, end->first);
    interval.last = std::max(interval.last, end->last);
    ++end;
  }
  if (begin == end) {
    intervals.insert(begin, interval);
    return;
  }
  *begin = interval;
  intervals.erase(begin + 1, end);
}

void GtidSet::merge(const GtidSet& other) {
  for (const auto& [origin, intervals] : other.origins_) {
    for (const Interval interval : intervals) {
      add(origin, interval);
    }
  }
  for (const auto& [domain, state] : other.domains_) {
    Gtid gtid;
    gtid.kind = Gtid::Kind::MariaDb;
    gtid.domain = domain;
    gtid.server = state.server;
    gtid.sequence = state.sequence;
    add(gtid);
  }
}

bool GtidSet::contains(const Gtid& gtid) const noexcept {
  switch (gtid.kind) {
    case Gtid::Kind::None: return false;
    case Gtid::Kind::MySql: {
      const auto place = origins_.find(gtid.origin);
      if (place == origins_.end()) {
        return false;
      }
      const auto interval = std::ranges::lower_bound(place->second, gtid.sequence, {},
                                                     [](const Interval& i) { return i.last; });
      return interval != place->second.end() && interval->first <= gtid.sequence;
    }
    case Gtid::Kind::MariaDb: {
      const auto place = domains_.find(gtid.domain);
      return place != domains_.end() && gtid.sequence <= place->second.sequence;
    }
  }
  return false;
}

std::string GtidSet::to_string() const {
  std::string out;
  append_to(out);
  return out;
}

void GtidSet::append_to(std::string& out) const {
  const std::array<std::byte, 16>* previous = nullptr;
  for (const auto& [origin, intervals] : origins_) {
    // The server names a uuid once: "uuid:1-5:tag:1-3".
    if (previous == nullptr || *previous != origin.uuid) {
      if (previous != nullptr) {
        out += ',';
      }
      replikey::append_to(out, origin.uuid);
      previous = &origin.uuid;
    }
    if (has_tag(origin)) {
      out += ':';
      out += origin.tag.data();
    }
    for (const Interval interval : intervals) {
      out += ':';
      append_number(out, interval.first);
      if (interval.last != interval.first) {
        out += '-';
        append_number(out, interval.last);
      }
    }
  }
  bool is_first = origins_.empty();
  for (const auto& [domain, state] : domains_) {
    if (!is_first) {
      out += ',';
    }
    is_first = false;
    append_maria_gtid(out, domain, state.server, state.sequence);
  }
}

std::string GtidSet::encode() const {
  const bool is_tagged =
      std::ranges::any_of(origins_, [](const auto& entry) { return has_tag(entry.first); });
  std::string out;
  const std::uint64_t count = origins_.size();
  append_le(out,
            is_tagged ? (kTaggedFormat << kFormatShift) | (count << 8U) | kTaggedFormat : count);
  for (const auto& [origin, intervals] : origins_) {
    out += as_text(origin.uuid);
    if (is_tagged) {
      const std::string_view tag{origin.tag.data()};
      out += static_cast<char>(tag.size() << 1U);
      out += tag;
    }
    append_le(out, intervals.size());
    for (const Interval interval : intervals) {
      append_le(out, interval.first);
      append_le(out, interval.last + 1);
    }
  }
  return out;
}

Result<GtidSet> GtidSet::decode(std::string_view bytes) {
  ByteCursor cursor{as_bytes(bytes)};
  const auto word = cursor.read_le<std::uint64_t>();
  if (!word) {
    return bad_encoding("it ends in its count of origins");
  }
  const std::uint64_t format = *word >> kFormatShift;
  if (format > kTaggedFormat) {
    return bad_encoding("its format is unknown");
  }
  const bool is_tagged = format == kTaggedFormat;
  const std::uint64_t count = is_tagged ? (*word & 0x00FFFFFFFFFFFFFFU) >> 8U : *word;
  GtidSet set;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto origin = read_origin(cursor, is_tagged);
    const auto interval_count = origin ? cursor.read_le<std::uint64_t>() : std::nullopt;
    if (!interval_count) {
      return bad_encoding("it ends in an origin, or its tag is damaged");
    }
    for (std::uint64_t k = 0; k < *interval_count; ++k) {
      const auto first = cursor.read_le<std::uint64_t>();
      const auto end = cursor.read_le<std::uint64_t>();
      if (!first || !end || *first == 0 || *end <= *first || *end > kMaxSequence + 1) {
        return bad_encoding("it ends in an interval, or the interval is damaged");
      }
      set.add(*origin, Interval{.first = *first, .last = *end - 1});
    }
  }
  if (cursor.remaining() != 0) {
    return bad_encoding("bytes follow its end");
  }
  return set;
}

}  // namespace replikey
