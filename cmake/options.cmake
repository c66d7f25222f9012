# What every target of ours is compiled with.
add_library(replikey_options INTERFACE)
target_compile_features(replikey_options INTERFACE cxx_std_20)
target_compile_options(replikey_options INTERFACE
  -Wall -Wextra -Wpedantic
  -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wcast-align
  -Wnon-virtual-dtor -Woverloaded-virtual -Wdouble-promotion -Wformat=2 -Wimplicit-fallthrough
  # g++ with optimisation sees null pointers inside its own library.
  $<$<CONFIG:Debug>:-Wnull-dereference>
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond;-Wduplicated-branches;-Wlogical-op;-Wuseless-cast>
  $<$<BOOL:${REPLIKEY_WARNINGS_AS_ERRORS}>:-Werror>)
if(REPLIKEY_BUILD_FUZZERS)
  # The libraries tell the fuzzer which of their branches it reached.
  target_compile_options(replikey_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(REPLIKEY_SANITIZE)
  target_compile_options(replikey_options INTERFACE
    -fsanitize=${REPLIKEY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(replikey_options INTERFACE -fsanitize=${REPLIKEY_SANITIZE})
endif()
