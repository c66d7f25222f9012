#pragma once

// The one door to the client library, be it MariaDB Connector/C or Oracle's libmysqlclient. What
// differs between them is behind these functions; library.cpp alone asks which one it is.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <mysql.h>

#include "replikey/base/result.hpp"
#include "replikey/mysql/connection.hpp"
#include "replikey/mysql/options.hpp"

namespace replikey::mysql::library {

/// Sets the library up once, and its state of the calling thread until that ends.
void set_up_thread();

/// Refuses what this library cannot honour; otherwise tells the handle. `mode` may be weaker than
/// that of the options only where they say Preferred.
[[nodiscard]] Status apply_tls(MYSQL* handle, const ConnectionOptions& options, TlsMode mode);

/// Lets accounts with caching_sha2_password log in without TLS.
void apply_authentication(MYSQL* handle);

enum class Login { Done, Failed, NoTlsOffered };

/// mysql_real_connect. When `must_encrypt`, nothing is told to a server that offers no TLS; the
/// caller looks at the cipher in any case.
[[nodiscard]] Login connect(MYSQL* handle, const ConnectionOptions& options, bool must_encrypt);

[[nodiscard]] int socket_of(MYSQL* handle);

[[nodiscard]] bool register_replica(MYSQL* handle, const ReplicaRegistration& replica);

/// The packets after COM_BINLOG_DUMP. Borrows the handle.
class Dump {
 public:
  explicit Dump(MYSQL* handle);
  ~Dump();
  Dump(const Dump&) = delete;
  Dump& operator=(const Dump&) = delete;

  [[nodiscard]] bool start(const DumpRequest& request);
  enum class Fetch { Packet, End, Failed };
  /// `packet` with its status byte, until the next call.
  [[nodiscard]] Fetch next(std::span<const std::byte>& packet);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] std::string name_and_version();

}  // namespace replikey::mysql::library
