#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/process.hpp"
#include "support/redis_client.hpp"
#include "support/temp_dir.hpp"

namespace replikey::test {

enum class RedisFlavour : std::uint8_t { Redis7, Redis8, Valkey };

[[nodiscard]] std::string_view to_string(RedisFlavour flavour) noexcept;
std::ostream& operator<<(std::ostream& out, RedisFlavour flavour);

/// Why this server cannot be started here, or nothing when it can.
[[nodiscard]] std::optional<std::string> missing_server(RedisFlavour flavour);

struct RedisOptions {
  bool append_only = false;          ///< with appendfsync always: nothing is lost by kill()
  std::string password{};            ///< of the default user
  std::string max_memory{};          ///< e.g. 64mb
  std::vector<std::string> flags{};  ///< come last, so they win
};

/// A throw-away server on a free port of 127.0.0.1 and a unix socket. stop() or kill() and start()
/// keep folder and port; what comes back is what append_only or a SAVE has kept.
/// Thread: any, but one at a time; start() from a thread that outlives the server.
/// Fails: by throwing, with the server's log.
class RedisServer {
 public:
  explicit RedisServer(RedisFlavour flavour = RedisFlavour::Redis7, RedisOptions options = {});

  void start();  ///< returns when it has loaded its data and answers
  void stop();   ///< SIGTERM, and waits for its end
  void kill();   ///< SIGKILL
  void pause();  ///< SIGSTOP
  void resume();
  [[nodiscard]] bool is_running();
  /// Takes effect with the next start().
  void set_flags(std::vector<std::string> flags) { options_.flags = std::move(flags); }

  [[nodiscard]] RedisFlavour flavour() const noexcept { return flavour_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string socket() const { return folder_ / "redis.sock"; }
  /// Holds dump.rdb after a SAVE, and appendonlydir.
  [[nodiscard]] std::filesystem::path datadir() const { return folder_ / "data"; }
  [[nodiscard]] std::string log() const;
  [[nodiscard]] RedisAddress address() const;
  [[nodiscard]] RedisClient client() const { return RedisClient{address()}; }

 private:
  [[nodiscard]] bool answers() const;

  RedisFlavour flavour_;
  RedisOptions options_;
  TempDir folder_;
  std::uint16_t port_;
  std::unique_ptr<Process> process_;
};

}  // namespace replikey::test
