#include "support/redis_server.hpp"

#include <cstdlib>
#include <exception>
#include <stdexcept>

#include "support/free_port.hpp"
#include "support/server_places.hpp"

namespace replikey::test {
namespace {

std::filesystem::path root_of(RedisFlavour flavour) {
  return flavour == RedisFlavour::Redis7 ? "/" : sid_folder();
}

std::string program_of(RedisFlavour flavour) {
  return flavour == RedisFlavour::Valkey ? "/usr/bin/valkey-server" : "/usr/bin/redis-server";
}

}  // namespace

std::string_view to_string(RedisFlavour flavour) noexcept {
  switch (flavour) {
    case RedisFlavour::Redis7: return "Redis7";
    case RedisFlavour::Redis8: return "Redis8";
    case RedisFlavour::Valkey: return "Valkey";
  }
  std::abort();
}

std::ostream& operator<<(std::ostream& out, RedisFlavour flavour) {
  return out << to_string(flavour);
}

std::optional<std::string> missing_server(RedisFlavour flavour) {
  if (flavour == RedisFlavour::Redis7) {
    if (is_inside_sid()) {
      return "Redis 7 is outside of the folder that the tests run in";
    }
  } else if (auto problem = sid_problem()) {
    return problem;
  }
  const std::string program = program_of(flavour);
  return std::filesystem::exists(root_of(flavour) / program.substr(1))
             ? std::nullopt
             : std::optional{"no " + program + " (scripts/setup-servers installs it)"};
}

RedisServer::RedisServer(RedisFlavour flavour, RedisOptions options)
    : flavour_{flavour},
      options_{std::move(options)},
      folder_{root_of(flavour) / "tmp"},
      port_{free_port()} {
  std::filesystem::create_directories(datadir());
  start();
}

void RedisServer::start() {
  const auto inside = seen_from(root_of(flavour_), folder_.path());
  std::vector<std::string> arguments{program_of(flavour_),
                                     "--bind",
                                     "127.0.0.1",
                                     "--port",
                                     std::to_string(port_),
                                     "--unixsocket",
                                     inside / "redis.sock",
                                     "--dir",
                                     inside / "data",
                                     "--save",
                                     "",
                                     "--appendonly",
                                     options_.append_only ? "yes" : "no",
                                     "--appendfsync",
                                     "always",
                                     "--enable-debug-command",
                                     "local"};
  const auto add = [&arguments](const std::vector<std::string>& more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
  };
  if (!options_.password.empty()) {
    add({"--requirepass", options_.password});
  }
  if (!options_.max_memory.empty()) {
    add({"--maxmemory", options_.max_memory, "--maxmemory-policy", "noeviction"});
  }
  add(options_.flags);
  process_ = std::make_unique<Process>(ProcessOptions{.arguments = std::move(arguments),
                                                      .environment = {},
                                                      .root = root_of(flavour_),
                                                      .working_dir = {},
                                                      .stdout_file = folder_ / "redis.log",
                                                      .stderr_file = {}});
  if (!wait_until([this] { return answers() || !process_->is_running(); }) || !answers()) {
    throw std::runtime_error{"Redis does not come up:\n" + log()};
  }
}

bool RedisServer::answers() const {
  try {
    return !client().try_command({"PING"}).is_error();  // an error while it loads its data
  } catch (const std::exception&) {
    return false;
  }
}

void RedisServer::stop() {
  if (process_->terminate() != 0) {
    throw std::runtime_error{"Redis did not stop cleanly:\n" + log()};
  }
}

void RedisServer::kill() {
  process_->kill();
}

void RedisServer::pause() {
  process_->pause();
}

void RedisServer::resume() {
  process_->resume();
}

bool RedisServer::is_running() {
  return process_->is_running();
}

std::string RedisServer::log() const {
  return read_file(folder_ / "redis.log");
}

RedisAddress RedisServer::address() const {
  return {
      .host = "127.0.0.1", .port = port_, .socket = {}, .user = {}, .password = options_.password};
}

}  // namespace replikey::test
