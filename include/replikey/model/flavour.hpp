#pragma once

#include <cstdint>

namespace replikey {

/// Which family of servers is on the other end; they differ in GTIDs and in some events.
enum class Flavour : std::uint8_t { MySql, MariaDb };

}  // namespace replikey
