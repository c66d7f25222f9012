#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "replikey/base/result.hpp"

namespace replikey::value {

/// "UTC", "+02:00" or a name of the tz database ("Europe/Berlin"). Immutable. Thread: any.
class TimeZone {
 public:
  /// Fails with InvalidConfig for a name that is in no tz database.
  [[nodiscard]] static Result<std::shared_ptr<const TimeZone>> find(std::string_view name);

  virtual ~TimeZone() = default;
  /// Seconds to add to UTC at this instant (seconds since 1970 UTC). Allocates nothing.
  [[nodiscard]] virtual std::int64_t offset_at(std::int64_t utc_seconds) const noexcept = 0;
};

}  // namespace replikey::value
