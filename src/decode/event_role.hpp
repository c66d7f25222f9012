#pragma once

#include <cstdint>
#include <string>

#include "replikey/model/event_type.hpp"
#include "replikey/model/raw_event.hpp"

namespace replikey::decode {

/// What the decoder does about an event.
enum class EventRole : std::uint8_t {
  FormatDescription,
  Query,
  Xid,
  Gtid,
  GtidTagged,
  MariaGtid,
  PreviousGtids,
  GtidList,
  TableMap,
  Rows,
  Incident,
  Nothing,
  Unsupported,
};

/// Types nobody knows are skipped when the server marked them ignorable, and only then.
[[nodiscard]] EventRole role_of(const EventHeader& header) noexcept;

/// What to say about an event of the role Unsupported: its type and what avoids it.
[[nodiscard]] std::string unsupported_message(EventType type);

}  // namespace replikey::decode
