#pragma once

#include <string>
#include <string_view>

namespace replikey::app {

/// "0.1.0".
[[nodiscard]] std::string_view version() noexcept;
/// The commit this binary was built from, shortened; "unknown" outside of a repository.
[[nodiscard]] std::string_view commit() noexcept;
/// Version, commit and client libraries, a line each.
[[nodiscard]] std::string version_text();

}  // namespace replikey::app
