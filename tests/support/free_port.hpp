#pragma once

#include <cstdint>

namespace replikey::test {

/// A port of 127.0.0.1 where nobody listens, promised to this process until it ends: no other
/// test gets it meanwhile, also not after its server has stopped.
[[nodiscard]] std::uint16_t free_port();

}  // namespace replikey::test
