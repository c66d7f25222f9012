#pragma once

#include <string_view>

namespace replikey::value {

/// Whether `text` is one JSON value (RFC 8259, UTF-8, blanks around it allowed), nested at most
/// 512 deep. Allocates nothing. Thread: any.
[[nodiscard]] bool is_json(std::string_view text) noexcept;

}  // namespace replikey::value
