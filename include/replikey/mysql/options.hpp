#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "replikey/base/result.hpp"

namespace replikey::mysql {

enum class TlsMode : std::uint8_t {
  Disabled,
  Preferred,  ///< TLS where the server offers it, else plain; `Connection::is_encrypted` tells.
  Required,   ///< TLS, whoever the server is.
  VerifyCa,   ///< TLS, and `ca` has signed the server's certificate.
  VerifyIdentity,  ///< The same, and the certificate names the host.
};

struct TlsOptions {
  TlsMode mode = TlsMode::Preferred;
  std::string ca;    ///< PEM file; VerifyCa and VerifyIdentity need it.
  std::string cert;  ///< PEM file of our own certificate, with `key`; optional.
  std::string key;
};

struct Endpoint {
  std::string host = "127.0.0.1";
  std::uint16_t port = 3306;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

struct ConnectionOptions {
  std::vector<Endpoint> hosts{Endpoint{}};  ///< Exactly one is used.
  std::string socket;                       ///< Used instead of `hosts` when set.
  std::string user;
  std::string password;
  TlsOptions tls;
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds read_timeout{
      30'000};  ///< A read that takes longer ends the connection.
  std::chrono::milliseconds write_timeout{30'000};
};

/// InvalidConfig for what cannot work on any server: no host or several, TLS files that are missing
/// or cannot be read.
[[nodiscard]] Status check_options(const ConnectionOptions& options);

/// "host:port" or the socket's path, for messages.
[[nodiscard]] std::string endpoint_text(const ConnectionOptions& options);

}  // namespace replikey::mysql
