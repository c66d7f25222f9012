#pragma once

#include <string_view>

#include "replikey/base/error.hpp"

namespace replikey::mysql {

/// What to do about an error number of the server or of the client library. Pure.
[[nodiscard]] ErrorCode classify(unsigned number) noexcept;

/// "text (error 1045)", with the code that `classify` gives and what the operator can do about it
/// where that is known.
[[nodiscard]] Error server_error(unsigned number, std::string_view text);

}  // namespace replikey::mysql
