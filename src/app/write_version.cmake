# Writes replikey_version.hpp when version or commit changed. Runs at every build:
#   cmake -D OUTPUT=… -D VERSION=… -D SOURCE=… [-D COMMIT=…] -P write_version.cmake
if(NOT COMMIT)
  execute_process(COMMAND git -C "${SOURCE}" rev-parse --short=12 HEAD
    OUTPUT_VARIABLE COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT COMMIT)
  set(COMMIT unknown)
endif()
set(text "#pragma once

#include <string_view>

namespace replikey::app {

inline constexpr std::string_view kVersion = \"${VERSION}\";
inline constexpr std::string_view kCommit = \"${COMMIT}\";

}  // namespace replikey::app
")
set(before "")
if(EXISTS "${OUTPUT}")
  file(READ "${OUTPUT}" before)
endif()
if(NOT before STREQUAL text)
  file(WRITE "${OUTPUT}" "${text}")
endif()
