#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "replikey/model/binlog_position.hpp"
#include "replikey/route/rule.hpp"
#include "replikey/source/binlog_source.hpp"
#include "replikey/write/options.hpp"

namespace replikey::pipeline {

struct StartLatest {};
struct StartEarliest {};
struct StartGtid {
  std::string gtid;  ///< As the server prints it; which flavour is known after connecting.
};
struct StartTimestamp {
  std::int64_t utc_seconds = 0;  ///< The first transaction committed at or after it.
};
/// Where to begin when Redis holds no progress.
using Start = std::variant<StartLatest, StartEarliest, StartGtid, BinlogPosition, StartTimestamp>;

/// Everything a pipeline needs to run. `config` fills it.
struct Options {
  std::string name;
  source::Options source;
  write::Options write;
  Start start = StartLatest{};
  std::vector<route::RuleOptions> rules;
  bool accept_foreign_key_cascades = false;
  /// Bytes of binlog events held in memory at most, beyond the largest single event.
  std::size_t memory_limit = std::size_t{64} * 1024 * 1024;
  std::chrono::milliseconds shutdown_timeout{10'000};
};

/// What a single run is asked to do; from the command line.
struct RunMode {
  bool catch_up = false;  ///< Stop at the end of the binlog as it was at start.
  bool dry_run = false;   ///< Print the commands instead of sending them.
};

}  // namespace replikey::pipeline
