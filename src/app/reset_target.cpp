#include "replikey/app/reset_target.hpp"

#include <array>
#include <utility>

#include "replikey/base/nearest.hpp"
#include "replikey/model/gtid_set.hpp"

namespace replikey::app {

Result<ResetTarget> parse_reset_target(std::string_view text) {
  if (text == "latest") {
    return ResetTarget{ToLatest{}};
  }
  if (text == "earliest") {
    return ResetTarget{ToEarliest{}};
  }
  const bool is_gtid = GtidSet::parse(text, Flavour::MySql).has_value() ||
                       GtidSet::parse(text, Flavour::MariaDb).has_value();
  if (!text.empty() && is_gtid) {
    return ResetTarget{ToGtid{std::string{text}}};
  }
  auto position = parse_binlog_position(text);
  if (position && !position->file.empty()) {
    return ResetTarget{std::move(*position)};
  }
  const std::array<std::string, 2> words{"latest", "earliest"};
  return Error{ErrorCode::InvalidConfig, "\"" + std::string{text} + "\" is no place to resume at" +
                                             did_you_mean(text, words) +
                                             "; give latest, earliest, a GTID set, or FILE:OFFSET"};
}

}  // namespace replikey::app
