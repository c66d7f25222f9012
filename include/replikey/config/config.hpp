#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "replikey/base/result.hpp"
#include "replikey/pipeline/options.hpp"
#include "replikey/route/table_plan.hpp"
#include "replikey/telemetry/log.hpp"
#include "replikey/value/time_zone.hpp"

namespace replikey::config {

/// A configuration file, checked and understood. Copies share the time zone.
struct Config {
  std::string file;  ///< Path it was read from.
  pipeline::Options pipeline;
  telemetry::LogOptions log;
  std::vector<route::Rule> rules;  ///< `pipeline.rules`, compiled.
  /// The formats of the rules point into it.
  std::shared_ptr<const value::TimeZone> time_zone;
};

/// Reads, expands and checks a configuration file. Thread: one at a time, while no thread changes
/// the environment.
///
/// Fails with InvalidConfig. The message holds one line per fault, in the file's order, each
/// `file:line:column: what is wrong` with the nearest known word where there is one.
[[nodiscard]] Result<Config> load(const std::filesystem::path& file);

/// The same with the text at hand; `file` names it in messages, and paths inside are relative to
/// its folder.
[[nodiscard]] Result<Config> parse(std::string_view text, const std::filesystem::path& file);

/// Every key a file may hold, as dotted paths ("mysql.tls.mode", "rules.key"), sorted.
[[nodiscard]] std::vector<std::string> known_keys();

/// "MySQL replikey@127.0.0.1:3306, Redis 127.0.0.1:6379/0": for logs, without secrets.
[[nodiscard]] std::string masked(const Config& config);

}  // namespace replikey::config
