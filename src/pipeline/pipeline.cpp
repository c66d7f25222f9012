#include "replikey/pipeline/pipeline.hpp"

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "session.hpp"
#include "start_plan.hpp"

#include "replikey/checkpoint/store.hpp"
#include "replikey/mysql/connection.hpp"
#include "replikey/queue/waiter.hpp"
#include "replikey/redis/connection.hpp"
#include "replikey/source/server_check.hpp"
#include "replikey/source/server_control.hpp"
#include "replikey/telemetry/log.hpp"

namespace replikey::pipeline {
namespace {

std::string random_token() {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::random_device device;
  std::string token;
  for (int i = 0; i < 4; ++i) {
    auto bits = device();
    for (int digit = 0; digit < 8; ++digit, bits >>= 4U) {
      token += kHex[bits & 0xFU];
    }
  }
  return token;
}

class Runner {
 public:
  Runner(const Options& options, const RunMode& mode, const Hooks& hooks)
      : options_{options}, mode_{mode}, hooks_{hooks} {}

  Status run(const std::stop_token& stop);

 private:
  enum class Next : std::uint8_t { Finish, Again };

  Status compile_rules();
  /// One session from connecting to joining its threads.
  Result<Next> run_once(const std::stop_token& stop);
  Status check_server(mysql::Connection& control);
  std::optional<StopAt> target_of(const StartPlan& plan) const;

  const Options& options_;
  const RunMode& mode_;
  const Hooks& hooks_;
  std::vector<route::Rule> rules_;
  std::string routing_;
  std::optional<BinlogPosition> end_;  // --catch-up: the end of the log as it was at start
  bool was_ready_ = false;
};

Status Runner::compile_rules() {
  for (const auto& rule : options_.rules) {
    auto compiled = route::Rule::compile(rule);
    if (!compiled) {
      return std::move(compiled).error();
    }
    rules_.push_back(std::move(*compiled));
  }
  routing_ = route::routing_fingerprint(rules_);
  return ok();
}

Status Runner::check_server(mysql::Connection& control) {
  source::CheckOptions check;
  check.is_ruled = [this](std::string_view database, std::string_view table) {
    return std::any_of(rules_.begin(), rules_.end(),
                       [&](const route::Rule& rule) { return rule.matches(database, table); });
  };
  for (const auto& rule : rules_) {
    check.rules.emplace_back(rule.name(),
                             [&rule](std::string_view database, std::string_view table) {
                               return rule.matches(database, table);
                             });
  }
  check.accept_foreign_key_cascades = options_.accept_foreign_key_cascades;
  auto findings = source::check_server(control, check);
  if (!findings) {
    return std::move(findings).error();
  }
  std::string refusal;
  for (const auto& finding : *findings) {
    const auto text =
        finding.mend.empty() ? finding.what : finding.what + "; mend: " + finding.mend;
    if (finding.severity == source::Finding::Severity::Error) {
      refusal += refusal.empty() ? text : "\n" + text;
    } else if (finding.severity == source::Finding::Severity::Warning) {
      telemetry::warn(text);
    }
  }
  return refusal.empty() ? ok() : Status{Error{ErrorCode::Rejected, std::move(refusal)}};
}

std::optional<StopAt> Runner::target_of(const StartPlan& plan) const {
  if (plan.level_at) {
    return plan.level_at;
  }
  return end_ ? std::optional{StopAt{.position = *end_, .is_inside = false}} : std::nullopt;
}

Result<Runner::Next> Runner::run_once(const std::stop_token& stop) {
  auto redis = redis::Connection::open(options_.write.connection);
  if (!redis) {
    return std::move(redis).error();
  }
  if (auto status = check_redis(*redis, options_.write.connection); !status) {
    return std::move(status).error();
  }
  auto stored = checkpoint::load(*redis, options_.name);
  if (!stored) {
    return std::move(stored).error();
  }
  auto control = mysql::Connection::open(options_.source.connection);
  if (!control) {
    return std::move(control).error();
  }
  auto server = source::identify(*control);
  if (!server) {
    return std::move(server).error();
  }
  if (!was_ready_) {
    if (auto status = check_server(*control); !status) {
      return std::move(status).error();
    }
  }
  if (mode_.catch_up && !end_) {
    auto latest = source::latest_position(*control);
    if (!latest) {
      return std::move(latest).error();
    }
    end_ = latest->position;
  }
  const auto previous = *stored ? (*stored)->session : std::string{};
  auto plan = plan_start(options_, std::move(*stored), routing_, *server, *control, stop);
  if (!plan) {
    return std::move(plan).error();
  }
  if (mode_.dry_run) {
    plan->level_at.reset();  // saves nothing, so that they would never be level
  }
  plan->progress.session = checkpoint::next_session(previous, random_token());
  if (!mode_.dry_run) {
    if (auto status = checkpoint::save(*redis, options_.name, plan->progress); !status) {
      return std::move(status).error();
    }
  }
  const auto target = target_of(*plan);
  auto end = run_session({.options = options_,
                          .hooks = hooks_,
                          .rules = rules_,
                          .progress = plan->progress,
                          .server = server->uuid,
                          .target = target,
                          .is_dry_run = mode_.dry_run,
                          .is_catch_up = mode_.catch_up,
                          .tells_ready = !std::exchange(was_ready_, true)},
                         stop);
  if (!end) {
    return std::move(end).error();
  }
  const bool is_again = *end == SessionEnd::Again || plan->level_at;
  return is_again && !stop.stop_requested() ? Next::Again : Next::Finish;
}

Status Runner::run(const std::stop_token& stop) {
  if (auto status = compile_rules(); !status) {
    return status;
  }
  std::chrono::milliseconds delay{100};
  for (;;) {
    auto next = run_once(stop);
    if (next && *next == Next::Finish) {
      return ok();
    }
    if (stop.stop_requested()) {
      return ok();
    }
    if (!next) {
      // At start a server that is not there is the operator's to know; later it is waited for.
      if (!was_ready_ || !next.error().is_retryable()) {
        return std::move(next).error();
      }
      telemetry::warn("cannot go on yet, trying again", {{"reason", next.error().message()}});
      queue::Waiter nobody;
      nobody.wait_until(stop, std::chrono::steady_clock::now() + delay, [] { return false; });
      delay = std::min(2 * delay, std::chrono::milliseconds{10'000});
    } else {
      delay = std::chrono::milliseconds{100};
    }
  }
}

}  // namespace

Status check_redis(redis::Connection& connection, const redis::ConnectionOptions& options) {
  auto info = redis::server_info(connection);
  if (!info) {
    return std::move(info).error();
  }
  if (info->is_cluster) {
    return Error{ErrorCode::Rejected,
                 "this Redis is a cluster, which this version of replikey does not write to; mend: "
                 "use a standalone Redis"};
  }
  if (info->role == "slave") {
    return Error{ErrorCode::Rejected,
                 "this Redis is a replica; mend: point redis.host at its primary"};
  }
  if (info->maxmemory_policy.starts_with("allkeys") && !options.accept_eviction) {
    return Error{ErrorCode::Rejected,
                 "maxmemory-policy " + info->maxmemory_policy +
                     " may evict replikey's progress; mend: CONFIG SET maxmemory-policy "
                     "noeviction (or volatile-lru), or accept it with redis: {eviction: accept}"};
  }
  return ok();
}

Status run(const Options& options, const RunMode& mode, const Hooks& hooks, std::stop_token stop) {
  return Runner{options, mode, hooks}.run(stop);
}

}  // namespace replikey::pipeline
