#pragma once

#include <chrono>
#include <cstddef>

#include "replikey/redis/options.hpp"

namespace replikey::write {

/// How lanes write. `config` fills it.
struct Options {
  redis::ConnectionOptions connection;
  std::size_t lanes = 2;
  /// A batch is sent when it holds this many bytes of commands, or when nothing more waits.
  std::size_t batch_bytes = std::size_t{128} * 1024;
  /// How often an idle lane saves its progress.
  std::chrono::milliseconds progress_interval{1000};
};

}  // namespace replikey::write
