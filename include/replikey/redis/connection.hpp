#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "replikey/base/result.hpp"
#include "replikey/redis/options.hpp"
#include "replikey/redis/reply.hpp"

namespace replikey::redis {

/// One socket to one Redis, logged in and with its database selected. After any failure but an
/// error reply the connection is unusable: replies no longer line up with commands; open another.
/// Thread: one at a time, but for `interrupt`.
class Connection {
 public:
  /// Fails with Unavailable or Timeout (nobody there), Rejected (login, ACL, database number).
  [[nodiscard]] static Result<Connection> open(const ConnectionOptions& options);

  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&& other) noexcept;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// Sends one command and waits for its answer. An error reply is a Reply, not a failure.
  [[nodiscard]] Result<Reply> command(std::initializer_list<std::string_view> arguments);
  /// The next answer of commands sent by `send`.
  [[nodiscard]] Result<Reply> read_reply();

  /// Writes all of `bytes`. Fails with Unavailable or Timeout.
  [[nodiscard]] Status send(std::string_view bytes);

  /// Told of one reply in place: `index` is -1 for the reply itself and then 0, 1, … for the
  /// elements of an array; arrays within arrays are not told apart. Integers come as digits.
  /// `text` is valid during the call only.
  using Visitor = void (*)(void* context, long index, ReplyKind kind, std::string_view text);
  /// Reads one reply without building it; allocates nothing in the steady state.
  [[nodiscard]] Status visit_reply(Visitor visitor, void* context);

  /// Ends a wait of another thread at once; the connection is unusable afterwards. Thread: any.
  void interrupt() noexcept;

 private:
  struct State;
  explicit Connection(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

/// What a pipeline must know of a Redis before it trusts it with progress.
struct ServerInfo {
  std::string version;
  std::string role;              ///< "master" or "slave".
  std::string maxmemory_policy;  ///< "noeviction", "allkeys-lru", …
  bool is_cluster = false;
  bool has_aof = false;
};
[[nodiscard]] Result<ServerInfo> server_info(Connection& connection);

/// "hiredis 0.14.1", for --version.
[[nodiscard]] std::string client_library();

}  // namespace replikey::redis
