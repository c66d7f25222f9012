#pragma once

#include <string>
#include <string_view>

#include "collations.hpp"

namespace replikey::value {

/// Appends text of one of the East Asian charsets as UTF-8. False when the C library has no
/// converter to learn the charset from. The first call for a charset makes its table, which stays.
[[nodiscard]] bool append_multi_byte(std::string& out, std::string_view text, Charset charset);

}  // namespace replikey::value
