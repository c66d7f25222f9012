#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace replikey::redis {

/// Where a Redis is and how to log in. `config` fills it.
struct ConnectionOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  std::string socket;  ///< Path of a unix socket; then host and port are not used.
  std::string username;
  std::string password;
  std::uint32_t database = 0;
  std::chrono::milliseconds timeout{5000};  ///< For connecting and for each answer.
  std::string client_name;                  ///< CLIENT SETNAME; empty for none.
  /// Whether a Redis that may evict progress (maxmemory-policy allkeys-*) is accepted.
  bool accept_eviction = false;
};

}  // namespace replikey::redis
