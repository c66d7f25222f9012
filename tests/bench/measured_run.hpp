#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace replikey::bench {

/// What running a program took.
struct Measured {
  std::chrono::duration<double> wall{};
  std::chrono::duration<double> cpu{};  ///< In it and for it, all threads.
  std::size_t peak_bytes = 0;           ///< Most memory that was its own at a time.
  std::string output;                   ///< Its stderr, and its stdout unless that has a file.
};

struct Program {
  std::vector<std::string> arguments;  ///< The program first, as a path or by PATH.
  std::filesystem::path input{"/dev/null"};
  std::filesystem::path output{};                    ///< Where its stdout goes.
  std::map<std::string, std::string> environment{};  ///< In addition to ours.
};

/// Runs the program to its end. Throws, with what it printed, when it fails.
[[nodiscard]] Measured run_measured(const Program& program);

}  // namespace replikey::bench
