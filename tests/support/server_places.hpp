#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace replikey::test {

/// Where scripts/setup-servers puts servers that Debian 12 has not (REPLIKEY_SERVERS).
[[nodiscard]] std::filesystem::path servers_folder();

/// The folder of Debian unstable (REPLIKEY_SID); `/` when we run inside of it.
[[nodiscard]] std::filesystem::path sid_folder();
[[nodiscard]] bool is_inside_sid();

/// Why nothing can be started from sid_folder(), or nothing when all is there.
[[nodiscard]] std::optional<std::string> sid_problem();

/// `path`, which lies below `root`, as a process sees it whose root folder that is.
[[nodiscard]] std::filesystem::path seen_from(const std::filesystem::path& root,
                                              const std::filesystem::path& path);

}  // namespace replikey::test
