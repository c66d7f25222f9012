#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace replikey::value {

/// Appends `bytes` in base64 with padding. `line` > 0 puts `line_end` after every that many
/// characters but the last ones.
void append_base64(std::string& out, std::span<const std::byte> bytes, std::size_t line = 0,
                   std::string_view line_end = {});

}  // namespace replikey::value
