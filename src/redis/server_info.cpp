#include <string>
#include <string_view>

#include "replikey/redis/connection.hpp"

namespace replikey::redis {
namespace {

/// "field:value\r\n" of an INFO text; empty when the field is not there.
std::string field(std::string_view info, std::string_view name) {
  for (std::size_t at = info.find(name); at != std::string_view::npos;
       at = info.find(name, at + 1)) {
    const bool starts_line = at == 0 || info[at - 1] == '\n';
    const auto after = at + name.size();
    if (starts_line && after < info.size() && info[after] == ':') {
      return std::string{info.substr(after + 1, info.find('\r', after) - after - 1)};
    }
  }
  return {};
}

}  // namespace

Result<ServerInfo> server_info(Connection& connection) {
  auto reply = connection.command({"INFO"});
  if (!reply) {
    return std::move(reply).error();
  }
  if (reply->is_error()) {
    return to_error(reply->text).with_context("INFO");
  }
  const std::string_view info = reply->text;
  ServerInfo out;
  // Valkey says redis_version too, for those who ask; its own stands beside it.
  out.version = field(info, "valkey_version").empty() ? "Redis " + field(info, "redis_version")
                                                      : "Valkey " + field(info, "valkey_version");
  out.role = field(info, "role");
  out.maxmemory_policy = field(info, "maxmemory_policy");
  out.is_cluster = field(info, "cluster_enabled") == "1";
  out.has_aof = field(info, "aof_enabled") == "1";
  return out;
}

}  // namespace replikey::redis
