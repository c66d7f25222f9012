#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "replikey/mysql/options.hpp"

namespace replikey::source {

struct Options {
  mysql::ConnectionOptions connection;
  std::uint32_t server_id = 0;  ///< Ours, as a replica: not 0, and nobody else's.
  std::string replica_uuid;     ///< Ours, as a replica.
  /// How often an idle server shows that it lives; a link that is silent for three of them is
  /// given up.
  std::chrono::milliseconds heartbeat{10'000};
  std::chrono::milliseconds backoff_min{100};
  std::chrono::milliseconds backoff_max{10'000};
};

/// A server id made from a pipeline's name: the same each time, never 0, far from the small
/// numbers people choose.
[[nodiscard]] std::uint32_t server_id_for(std::string_view pipeline_name);
/// A uuid (version 8, RFC 9562) made from a pipeline's name: the same each time.
[[nodiscard]] std::string uuid_for(std::string_view pipeline_name);

}  // namespace replikey::source
