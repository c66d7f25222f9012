#pragma once

#include <string>

#include "fault.hpp"

#include "replikey/model/cell.hpp"
#include "replikey/model/column.hpp"
#include "replikey/value/format.hpp"

namespace replikey::value {

/// append_text and append_json without the sentence. `cell` must be a value.
[[nodiscard]] Fault write_text(std::string& out, const Cell& cell, const Column& column,
                               const Format& format);
[[nodiscard]] Fault write_json(std::string& out, const Cell& cell, const Column& column,
                               const Format& format);

}  // namespace replikey::value
