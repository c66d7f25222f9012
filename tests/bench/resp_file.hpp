#pragma once

#include <cstddef>
#include <filesystem>

namespace replikey::bench {

/// Turns commands as `replikey --dry-run` prints them, one to a line in redis-cli's quoting, into
/// requests of the Redis protocol. Returns how many they are; throws when a line is none.
std::size_t write_resp_file(const std::filesystem::path& commands,
                            const std::filesystem::path& requests);

}  // namespace replikey::bench
