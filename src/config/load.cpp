#include <algorithm>
#include <utility>

#include "expand.hpp"
#include "sections.hpp"

#include "replikey/config/config.hpp"
#include "replikey/source/options.hpp"

namespace replikey::config {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxNameLength = 64;
constexpr std::uint64_t kMinMemory = std::uint64_t{1024} * 1024;

void read_name(const Section& root, std::string& name) {
  constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
  root.required_text("name", name);
  if (name.find_first_not_of(kAllowed) != std::string::npos || name.size() > kMaxNameLength) {
    root.problem("name", "\"" + name + "\" is no name; use at most 64 of A-Z a-z 0-9 _ . -");
  }
}

void read_time_zone(const Section& root, std::shared_ptr<const value::TimeZone>& time_zone) {
  std::string name = "UTC";
  root.text("time_zone", name);
  auto found = value::TimeZone::find(name);
  if (found) {
    time_zone = std::move(*found);
  } else {
    root.problem("time_zone", found.error().message());
  }
}

void read_log(const Element& node, Problems& problems, telemetry::LogOptions& log) {
  const Section section{node, kLogKeys, problems};
  section.choice<telemetry::Level>("level", log.level,
                                   {{"debug", telemetry::Level::Debug},
                                    {"info", telemetry::Level::Info},
                                    {"warn", telemetry::Level::Warn},
                                    {"error", telemetry::Level::Error}});
  section.choice<telemetry::Format>("format", log.format,
                                    {{"auto", telemetry::Format::Auto},
                                     {"text", telemetry::Format::Text},
                                     {"json", telemetry::Format::Json}});
}

void read_pipeline(const Section& root, pipeline::Options& options) {
  root.choice<bool>("foreign_key_cascades", options.accept_foreign_key_cascades,
                    {{"refuse", false}, {"accept", true}});
  root.size("memory_limit", options.memory_limit, kMinMemory);
  root.duration("shutdown_timeout", options.shutdown_timeout, milliseconds{0},
                std::chrono::hours{1});
  root.not_available("ordering", {"key"});
  root.not_available("delivery", {"exactly_once"});
  root.not_available("rate_limit", {"0"});
}

void name_ourselves(pipeline::Options& options) {
  if (options.source.server_id == 0) {
    options.source.server_id = source::server_id_for(options.name);
  }
  options.source.replica_uuid = source::uuid_for(options.name);
  options.write.connection.client_name = "replikey:" + options.name;
}

/// The value of a section, or an empty map at the place where it is missing.
const Element& section_of(const Section& root, std::string_view key, const Element& missing) {
  const auto* node = root.find(key);
  return node == nullptr ? missing : *node;
}

}  // namespace

Result<Config> parse(std::string_view text, const std::filesystem::path& file) {
  Config config;
  config.file = file.string();
  Problems problems{config.file};
  auto document = parse_document(text, config.file);
  if (!document) {
    return std::move(document).error();
  }
  if (document->is_null()) {
    problems.add({}, "the file is empty; docs/CONFIG.md has a complete example");
    return problems.error();
  }
  expand_variables(*document, problems);
  if (!problems.empty()) {
    return problems.error();
  }
  const Section root{*document, kRootKeys, problems};
  if (!document->is_map()) {
    return problems.error();
  }
  Element missing;
  missing.place = document->place;
  const auto folder = file.parent_path();
  auto& options = config.pipeline;
  read_name(root, options.name);
  read_mysql(section_of(root, "mysql", missing), folder, problems, options.source, options.start);
  read_redis(section_of(root, "redis", missing), folder, problems, options.write);
  read_time_zone(root, config.time_zone);
  read_pipeline(root, options);
  read_log(section_of(root, "log", missing), problems, config.log);
  config.rules = read_rules(section_of(root, "rules", missing), config.time_zone.get(), problems,
                            options.rules);
  if (!problems.empty()) {
    return problems.error();
  }
  name_ourselves(options);
  return config;
}

Result<Config> load(const std::filesystem::path& file) {
  const auto text = read_file(file);
  if (!text) {
    return Error{ErrorCode::InvalidConfig,
                 "cannot read the configuration " + text.error().message()};
  }
  return parse(*text, file);
}

std::vector<std::string> known_keys() {
  std::vector<std::string> keys;
  for (const auto& set :
       {kRootKeys, kMysqlKeys, kMysqlTlsKeys, kStartKeys, kRedisKeys, kRedisTlsKeys, kSentinelKeys,
        kClusterKeys, kDurabilityKeys, kLogKeys, kRuleKeys}) {
    for (const auto& key : set.keys) {
      keys.push_back(set.path.empty() ? std::string{key}
                                      : std::string{set.path} + "." + std::string{key});
    }
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

std::string masked(const Config& config) {
  const auto& mysql = config.pipeline.source.connection;
  const auto& redis = config.pipeline.write.connection;
  const auto where =
      redis.socket.empty() ? redis.host + ":" + std::to_string(redis.port) : redis.socket;
  return "MySQL " + mysql.user + "@" + mysql::endpoint_text(mysql) + ", Redis " + where + "/" +
         std::to_string(redis.database);
}

}  // namespace replikey::config
