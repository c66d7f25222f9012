#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "replikey/app/commands.hpp"
#include "replikey/app/output.hpp"
#include "replikey/app/report.hpp"
#include "replikey/app/servers.hpp"
#include "replikey/catalog/catalog.hpp"
#include "replikey/checkpoint/store.hpp"
#include "replikey/config/config.hpp"
#include "replikey/source/server_check.hpp"
#include "replikey/source/server_control.hpp"

namespace replikey::app {
namespace {

using Severity = Report::Severity;

Severity severity_of(source::Finding::Severity severity) noexcept {
  switch (severity) {
    case source::Finding::Severity::Error: return Severity::Error;
    case source::Finding::Severity::Warning: return Severity::Warning;
    case source::Finding::Severity::Info: return Severity::Info;
  }
  return Severity::Error;
}

source::CheckOptions check_options(const config::Config& config) {
  source::CheckOptions options;
  options.is_ruled = [&config](std::string_view database, std::string_view table) {
    return std::any_of(config.rules.begin(), config.rules.end(),
                       [&](const route::Rule& rule) { return rule.matches(database, table); });
  };
  for (const auto& rule : config.rules) {
    options.rules.emplace_back(rule.name(),
                               [&rule](std::string_view database, std::string_view table) {
                                 return rule.matches(database, table);
                               });
  }
  options.accept_foreign_key_cascades = config.pipeline.accept_foreign_key_cascades;
  return options;
}

/// Binds every rule to every table it meets, as running does at the table's first row.
void check_rules(const config::Config& config, Report& report) {
  catalog::Catalog catalog{config.pipeline.source.connection};
  const auto tables = catalog.tables();
  if (!tables) {
    report.fail(tables.error());
    return;
  }
  const auto options = check_options(config);
  std::size_t met = 0;
  for (const auto& [database, name] : *tables) {
    if (!options.is_ruled(database, name)) {
      continue;
    }
    ++met;
    const auto table = catalog.table(database, name);
    if (!table) {
      report.fail(table.error());
      continue;
    }
    const auto plan = route::TablePlan::build(
        std::make_shared<const TableSchema>(schema_of(*table)), config.rules);
    if (!plan) {
      report.fail(plan.error());
    }
  }
  report.ok("rules: " + std::to_string(config.rules.size()) +
            ", tables they meet now: " + std::to_string(met));
}

std::optional<mysql::Connection> check_mysql(const config::Config& config, Report& report) {
  auto connection = open_mysql(config);
  if (!connection) {
    report.fail(connection.error());
    return std::nullopt;
  }
  const auto& options = config.pipeline.source.connection;
  report.ok("MySQL " + mysql::endpoint_text(options) + ": version " + connection->version().text +
            (connection->is_encrypted() ? ", by TLS" : ", without TLS"));
  if (connection->fell_back_to_plain()) {
    report.add({Severity::Warning, "the server offers no TLS: password and rows travel plain",
                "mysql: {tls: {mode: disabled}} if that is meant; else give the server a "
                "certificate"});
  }
  const auto findings = source::check_server(*connection, check_options(config));
  if (!findings) {
    report.fail(findings.error());
    return std::nullopt;
  }
  for (const auto& finding : *findings) {
    report.add({severity_of(finding.severity), finding.what, finding.mend});
  }
  check_rules(config, report);
  return std::move(*connection);
}

void check_eviction(const redis::ServerInfo& info, bool is_accepted, Report& report) {
  if (!info.maxmemory_policy.starts_with("allkeys-")) {
    return;
  }
  report.add(
      {is_accepted ? Severity::Warning : Severity::Error,
       "Redis may evict any key, progress too (maxmemory-policy " + info.maxmemory_policy + ")",
       is_accepted ? ""
                   : "CONFIG SET maxmemory-policy noeviction (or volatile-lru); or accept "
                     "it: redis: {eviction: accept}"});
}

std::optional<redis::Connection> check_redis(const config::Config& config, Report& report) {
  auto connection = open_redis(config);
  if (!connection) {
    report.fail(connection.error());
    return std::nullopt;
  }
  const auto info = redis::server_info(*connection);
  if (!info) {
    report.fail(info.error());
    return std::nullopt;
  }
  report.ok("Redis: version " + info->version + ", role " + info->role);
  if (info->is_cluster) {
    report.add({Severity::Error, "this Redis is a cluster, which is not available in this version",
                "use a standalone Redis"});
  }
  if (info->role == "slave") {
    report.add({Severity::Error, "this Redis is a replica: it takes no writes",
                "give redis.host its master's address"});
  }
  check_eviction(*info, config.pipeline.write.connection.accept_eviction, report);
  if (!info->has_aof) {
    report.add({Severity::Info,
                "Redis keeps no append-only file: after a crash data and progress go back "
                "together, and the binlog is read again from there",
                "CONFIG SET appendonly yes, if the binlog may be purged by then"});
  }
  return std::move(*connection);
}

void check_progress(const config::Config& config, mysql::Connection& mysql,
                    redis::Connection& redis, Report& report) {
  const auto progress = checkpoint::load(redis, config.pipeline.name);
  if (!progress) {
    report.fail(progress.error());
    return;
  }
  if (!*progress) {
    report.ok("no progress is stored: the first run begins at `mysql.start`");
    return;
  }
  const auto& lowest = checkpoint::lowest((*progress)->lanes);
  if (const auto status = source::check_resumable(mysql, lowest.resume); !status) {
    report.fail(status.error());
    return;
  }
  report.ok("progress is stored: the next run resumes at " + to_string(lowest.resume.position));
}

void print(const Report& report, bool as_json) {
  const auto text = as_json ? report.json() : report.text();
  std::fputs(text.c_str(), stdout);
}

}  // namespace

ExitCode check(const CheckCommand& command) {
  Report report;
  const auto config = config::load(command.config);
  if (!config) {
    report.fail(config.error());
    if (command.json) {
      print(report, true);
    } else {
      complain(config.error().message());
    }
    return report.exit_code();
  }
  report.ok("configuration " + config->file + ": " + config::masked(*config));
  auto mysql = check_mysql(*config, report);
  auto redis = check_redis(*config, report);
  if (mysql && redis) {
    check_progress(*config, *mysql, *redis, report);
  }
  print(report, command.json);
  return report.exit_code();
}

}  // namespace replikey::app
