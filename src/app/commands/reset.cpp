#include <array>
#include <cstdio>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

#include <unistd.h>

#include "replikey/app/commands.hpp"
#include "replikey/app/lag.hpp"
#include "replikey/app/output.hpp"
#include "replikey/app/reset_target.hpp"
#include "replikey/app/servers.hpp"
#include "replikey/checkpoint/store.hpp"
#include "replikey/config/config.hpp"
#include "replikey/pipeline/start_finder.hpp"
#include "replikey/source/server_control.hpp"

namespace replikey::app {
namespace {

/// Both servers, and what is stored.
struct Situation {
  mysql::Connection mysql;
  redis::Connection redis;
  source::ServerIdentity identity;
  std::optional<checkpoint::Progress> progress;
};

Result<Situation> look(const config::Config& config) {
  auto mysql = open_mysql(config);
  if (!mysql) {
    return std::move(mysql).error();
  }
  auto identity = source::identify(*mysql);
  if (!identity) {
    return std::move(identity).error();
  }
  auto redis = open_redis(config);
  if (!redis) {
    return std::move(redis).error();
  }
  auto progress = checkpoint::load(*redis, config.pipeline.name);
  // Damaged progress is what a reset mends.
  if (!progress && progress.error().code() != ErrorCode::CorruptData) {
    return std::move(progress).error();
  }
  return Situation{.mysql = std::move(*mysql),
                   .redis = std::move(*redis),
                   .identity = std::move(*identity),
                   .progress = progress ? std::move(*progress) : std::nullopt};
}

struct Resolve {
  const config::Config& config;
  mysql::Connection& mysql;

  Result<ResumePoint> operator()(const ToLatest& /*to*/) const {
    return source::latest_position(mysql);
  }
  Result<ResumePoint> operator()(const ToEarliest& /*to*/) const {
    return source::earliest_position(mysql);
  }
  Result<ResumePoint> operator()(const ToGtid& to) const {
    auto executed = GtidSet::parse(to.gtid, mysql.flavour());
    if (!executed) {
      return Error{ErrorCode::Rejected, to.gtid + " is no GTID set of this server's kind: " +
                                            executed.error().message()};
    }
    return ResumePoint{.position = {}, .executed = std::move(*executed), .has_whole_history = true};
  }
  Result<ResumePoint> operator()(const BinlogPosition& to) const {
    return pipeline::find_position(config.pipeline.source, mysql, to, {});
  }
};

std::string place_text(const ResumePoint& point) {
  auto gtids = point.executed.to_string();
  if (point.position.file.empty()) {
    return gtids;
  }
  return to_string(point.position) + (gtids.empty() ? "" : " (executed " + gtids + ")");
}

/// "skips 12 transactions (4096 bytes of binlog)".
std::string difference(const Lag& from, const Lag& to) {
  const bool has_transactions = from.transactions && to.transactions;
  const auto before = has_transactions ? *from.transactions : from.bytes;
  const auto after = has_transactions ? *to.transactions : to.bytes;
  const std::string unit = has_transactions ? " transactions" : " bytes of binlog";
  if (before == after) {
    return "neither skips nor repeats anything";
  }
  return before > after ? "skips " + std::to_string(before - after) + unit
                        : "repeats " + std::to_string(after - before) + unit;
}

Result<std::string> consequence(Situation& situation, const ResumePoint& target) {
  const auto to = lag_behind(situation.mysql, target, 0);
  if (!to) {
    return to.error();
  }
  std::string out = "to:   " + place_text(target) + "\n";
  if (!situation.progress) {
    return "from: no progress is stored\n" + out + "then: " + to_string(*to).substr(5) +
           " are to be applied\n";
  }
  const auto& lane = checkpoint::lowest(situation.progress->lanes);
  out.insert(0, "from: " + place_text(lane.resume) + "\n");
  if (lane.source != situation.identity.uuid) {
    return out +
           "then: the stored progress is of another server, so what that skips or repeats is "
           "unknown\n";
  }
  const auto from = lag_behind(situation.mysql, lane.resume, 0);
  if (!from) {
    return from.error();
  }
  return out + "then: that " + difference(*from, *to) + "\n";
}

/// Whether the operator said yes; nothing when there is nobody to ask.
std::optional<bool> ask(const std::string& name) {
  if (::isatty(STDIN_FILENO) == 0) {
    return std::nullopt;
  }
  std::cout << "Set the progress of pipeline " << name << " so? replikey must not run. [y/N] "
            << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

ExitCode failed(const Error& error) {
  complain(error.message());
  return exit_code(error.code(), Phase::Servers);
}

ExitCode store(const config::Config& config, Situation& situation, const ResumePoint& target) {
  const auto previous = situation.progress ? situation.progress->session : std::string{};
  const checkpoint::Progress progress{
      .flavour = situation.mysql.flavour(),
      .routing = route::routing_fingerprint(config.rules),
      .session = checkpoint::next_session(previous, "reset"),
      .lanes =
          checkpoint::level_lanes(target, situation.identity.uuid, config.pipeline.write.lanes)};
  if (const auto saved = checkpoint::save(situation.redis, config.pipeline.name, progress);
      !saved) {
    return failed(saved.error());
  }
  std::cout << "done: the next run resumes at " << place_text(target) << "\n";
  return ExitCode::Done;
}

}  // namespace

ExitCode reset(const ResetCommand& command) {
  const auto to = parse_reset_target(command.to);
  if (!to) {
    complain(to.error().message());
    return ExitCode::WrongUsage;
  }
  const auto config = config::load(command.config);
  if (!config) {
    return failed(config.error());
  }
  auto situation = look(*config);
  if (!situation) {
    return failed(situation.error());
  }
  const auto target = std::visit(Resolve{*config, situation->mysql}, *to);
  if (!target) {
    return failed(target.error());
  }
  if (const auto status = source::check_resumable(situation->mysql, *target); !status) {
    return failed(status.error());
  }
  const auto told = consequence(*situation, *target);
  if (!told) {
    return failed(told.error());
  }
  std::cout << *told << std::flush;
  if (!command.is_confirmed) {
    const auto answer = ask(config->pipeline.name);
    if (!answer) {
      complain("nothing was changed: there is no terminal to ask; add --yes");
      return ExitCode::WrongUsage;
    }
    if (!*answer) {
      std::cout << "nothing was changed\n";
      return ExitCode::Done;
    }
  }
  return store(*config, *situation, *target);
}

}  // namespace replikey::app
