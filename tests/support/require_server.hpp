#pragma once

#include <cstdlib>
#include <string_view>

#include "support/mysql_server.hpp"
#include "support/redis_server.hpp"
#include "support/server_places.hpp"
#include <gtest/gtest.h>

namespace replikey::test {

/// Where CI=true, a server that is not there is a failure; inside the folder of Debian unstable
/// only its own servers are expected.
[[nodiscard]] inline bool is_every_server_expected() {
  const char* ci = std::getenv("CI");
  return ci != nullptr && std::string_view{ci} == "true" && !is_inside_sid();
}

}  // namespace replikey::test

/// In SetUp() or at the start of a test: skips it, or fails it, when the server of this
/// MysqlFlavour or RedisFlavour is not on this machine. A macro because only that can return from
/// the caller.
#define REPLIKEY_REQUIRE_SERVER(flavour)                                  \
  do {                                                                    \
    if (const auto problem = ::replikey::test::missing_server(flavour)) { \
      if (::replikey::test::is_every_server_expected()) {                 \
        FAIL() << (flavour) << ": " << *problem;                          \
      }                                                                   \
      GTEST_SKIP() << (flavour) << ": " << *problem;                      \
    }                                                                     \
  } while (false)
