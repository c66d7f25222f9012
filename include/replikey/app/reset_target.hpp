#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "replikey/base/result.hpp"
#include "replikey/model/binlog_position.hpp"

namespace replikey::app {

struct ToLatest {};
struct ToEarliest {};
struct ToGtid {
  std::string gtid;
};
/// What `reset --to` asks for.
using ResetTarget = std::variant<ToLatest, ToEarliest, ToGtid, BinlogPosition>;

/// "latest", "earliest", a GTID set of either flavour, or FILE:OFFSET. Fails with InvalidConfig.
[[nodiscard]] Result<ResetTarget> parse_reset_target(std::string_view text);

}  // namespace replikey::app
