#pragma once

#include <string>
#include <string_view>

#include "collations.hpp"
#include "utf8_appender.hpp"

namespace replikey::value {

/// Appends text of a charset whose characters take one byte each, as UTF-8.
void append_single_byte(std::string& out, std::string_view text, Charset charset);

}  // namespace replikey::value
