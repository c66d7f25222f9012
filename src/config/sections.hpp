#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "document.hpp"
#include "problems.hpp"
#include "section.hpp"

#include "replikey/pipeline/options.hpp"
#include "replikey/redis/options.hpp"
#include "replikey/route/table_plan.hpp"
#include "replikey/source/options.hpp"
#include "replikey/value/time_zone.hpp"
#include "replikey/write/options.hpp"

namespace replikey::config {

// One reader for each map of the file. What they find wrong goes to the Problems.

void read_mysql(const Element& node, const std::filesystem::path& folder, Problems& problems,
                source::Options& options, pipeline::Start& start);
void read_start(const Section& mysql, pipeline::Start& start);
void read_redis(const Element& node, const std::filesystem::path& folder, Problems& problems,
                write::Options& options);
/// Returns the rules compiled; `options` gets them as they were written.
[[nodiscard]] std::vector<route::Rule> read_rules(const Element& node,
                                                  const value::TimeZone* time_zone,
                                                  Problems& problems,
                                                  std::vector<route::RuleOptions>& options);

/// `password` or `password_file`, whose path is relative to `folder`.
void read_password(const Section& section, const std::filesystem::path& folder, std::string& into);
/// The path, relative to `folder`; a problem when the file cannot be read.
void read_path(const Section& section, std::string_view key, const std::filesystem::path& folder,
               std::string& into);
/// All bytes of a file. Fails with InvalidConfig: "PATH: No such file or directory".
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path);
/// "host", "host:port" or "[::1]:port".
[[nodiscard]] std::optional<mysql::Endpoint> parse_endpoint(std::string_view text,
                                                            std::uint16_t default_port);

}  // namespace replikey::config
