#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "replikey/app/commands.hpp"
#include "replikey/app/lag.hpp"
#include "replikey/app/output.hpp"
#include "replikey/app/servers.hpp"
#include "replikey/checkpoint/store.hpp"
#include "replikey/config/config.hpp"
#include "replikey/source/server_control.hpp"

namespace replikey::app {
namespace {

/// All that is shown.
struct Overview {
  std::string name;
  std::string servers;
  source::ServerIdentity source;
  BinlogPosition end;
  std::optional<checkpoint::Progress> progress;
  std::vector<Lag> lags;  ///< One per lane.
};

Result<Overview> look(const config::Config& config) {
  Overview overview;
  overview.name = config.pipeline.name;
  overview.servers = config::masked(config);
  auto redis = open_redis(config);
  if (!redis) {
    return std::move(redis).error();
  }
  auto progress = checkpoint::load(*redis, config.pipeline.name);
  if (!progress) {
    return std::move(progress).error();
  }
  overview.progress = std::move(*progress);
  auto mysql = open_mysql(config);
  if (!mysql) {
    return std::move(mysql).error();
  }
  auto identity = source::identify(*mysql);
  if (!identity) {
    return std::move(identity).error();
  }
  overview.source = std::move(*identity);
  auto end = source::latest_position(*mysql);
  if (!end) {
    return std::move(end).error();
  }
  overview.end = std::move(end->position);
  if (overview.progress) {
    for (const auto& lane : overview.progress->lanes) {
      const auto lag = lag_behind(*mysql, lane.resume, lane.timestamp);
      if (!lag) {
        return lag.error();
      }
      overview.lags.push_back(*lag);
    }
  }
  return overview;
}

/// The lane that is furthest behind.
const Lag& worst(const std::vector<Lag>& lags) {
  return *std::max_element(lags.begin(), lags.end(), [](const Lag& a, const Lag& b) {
    return std::tuple{a.seconds, a.transactions, a.bytes} <
           std::tuple{b.seconds, b.transactions, b.bytes};
  });
}

std::string in_words(const Overview& overview) {
  std::string out = "pipeline " + overview.name + ": " + overview.servers + "\n";
  out += "source: version " + overview.source.version + ", binlog ends at " +
         to_string(overview.end) + "\n";
  if (!overview.progress) {
    return out + "no progress is stored: the next run begins at `mysql.start`\n";
  }
  const auto& lanes = overview.progress->lanes;
  out += "behind: " + to_string(worst(overview.lags)) + "\n";
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    out += "lane " + std::to_string(i) + ": applied up to " + to_string(lanes[i].applied.position);
    if (lanes[i].applied.rows != 0) {
      out += " and " + std::to_string(lanes[i].applied.rows) + " row changes after it";
    }
    out += ", behind " + to_string(overview.lags[i]) + "\n";
  }
  const auto executed = checkpoint::lowest(lanes).resume.executed.to_string();
  return executed.empty() ? out : out + "executed: " + executed + "\n";
}

nlohmann::json json_of(const Lag& lag) {
  nlohmann::json out{{"lag_seconds", lag.seconds}, {"lag_bytes", lag.bytes}};
  out["lag_transactions"] =
      lag.transactions ? nlohmann::json(*lag.transactions) : nlohmann::json(nullptr);
  return out;
}

nlohmann::json json_of(const BinlogPosition& position) {
  return {{"file", position.file}, {"position", position.offset}};
}

std::string in_json(const Overview& overview) {
  nlohmann::json out{{"name", overview.name},
                     {"source",
                      {{"flavour", overview.source.flavour == Flavour::MySql ? "mysql" : "mariadb"},
                       {"version", overview.source.version},
                       {"identity", overview.source.uuid},
                       {"end", json_of(overview.end)}}},
                     {"progress", nullptr}};
  if (overview.progress) {
    const auto& lanes = overview.progress->lanes;
    auto list = nlohmann::json::array();
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      auto lane = json_of(overview.lags[i]);
      lane["lane"] = i;
      lane["identity"] = lanes[i].source;
      lane["resume"] = json_of(lanes[i].resume.position);
      lane["applied"] = json_of(lanes[i].applied.position);
      lane["applied"]["rows"] = lanes[i].applied.rows;
      lane["executed"] = lanes[i].resume.executed.to_string();
      lane["timestamp"] = lanes[i].timestamp;
      list.push_back(std::move(lane));
    }
    out["progress"] = json_of(worst(overview.lags));
    out["progress"]["lanes"] = std::move(list);
  }
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

ExitCode status(const StatusCommand& command) {
  const auto config = config::load(command.config);
  if (!config) {
    complain(config.error().message());
    return exit_code(config.error().code(), Phase::Servers);
  }
  const auto overview = look(*config);
  if (!overview) {
    complain(overview.error().message());
    return exit_code(overview.error().code(), Phase::Servers);
  }
  std::fputs((command.json ? in_json(*overview) : in_words(*overview)).c_str(), stdout);
  return ExitCode::Done;
}

}  // namespace replikey::app
