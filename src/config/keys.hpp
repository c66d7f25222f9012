#pragma once

#include <array>
#include <span>
#include <string_view>

namespace replikey::config {

/// The keys of one map of the file; `path` is how the map is reached ("mysql.tls").
struct KeySet {
  std::string_view path;
  std::span<const std::string_view> keys;
};

inline constexpr std::array<std::string_view, 12> kRootKeyNames{
    "name",         "mysql",      "redis",
    "time_zone",    "ordering",   "delivery",
    "memory_limit", "rate_limit", "shutdown_timeout",
    "log",          "rules",      "foreign_key_cascades"};
inline constexpr std::array<std::string_view, 12> kMysqlKeyNames{
    "host",          "port",      "hosts", "socket", "user",      "password",
    "password_file", "server_id", "tls",   "start",  "heartbeat", "connect_timeout"};
inline constexpr std::array<std::string_view, 4> kTlsKeyNames{"mode", "ca", "cert", "key"};
inline constexpr std::array<std::string_view, 4> kStartKeyNames{"gtid", "file", "position",
                                                                "timestamp"};
inline constexpr std::array<std::string_view, 14> kRedisKeyNames{
    "host",          "port",     "socket", "sentinel", "cluster", "username",   "password",
    "password_file", "database", "tls",    "lanes",    "timeout", "durability", "eviction"};
inline constexpr std::array<std::string_view, 2> kSentinelKeyNames{"master", "nodes"};
inline constexpr std::array<std::string_view, 1> kClusterKeyNames{"nodes"};
inline constexpr std::array<std::string_view, 2> kDurabilityKeyNames{"replicas", "timeout"};
inline constexpr std::array<std::string_view, 2> kLogKeyNames{"level", "format"};
inline constexpr std::array<std::string_view, 32> kRuleKeyNames{
    "name",      "table",      "operations",  "when",     "columns",   "exclude_columns",
    "rename",    "add",        "case",        "type",     "key",       "escape",
    "value",     "field",      "member",      "score",    "longitude", "latitude",
    "by",        "push",       "max_length",  "update",   "publish",   "ttl",
    "on_delete", "nulls",      "on_truncate", "on_error", "bigint",    "decimal",
    "timestamp", "approximate"};

inline constexpr KeySet kRootKeys{"", kRootKeyNames};
inline constexpr KeySet kMysqlKeys{"mysql", kMysqlKeyNames};
inline constexpr KeySet kMysqlTlsKeys{"mysql.tls", kTlsKeyNames};
inline constexpr KeySet kStartKeys{"mysql.start", kStartKeyNames};
inline constexpr KeySet kRedisKeys{"redis", kRedisKeyNames};
inline constexpr KeySet kRedisTlsKeys{"redis.tls", kTlsKeyNames};
inline constexpr KeySet kSentinelKeys{"redis.sentinel", kSentinelKeyNames};
inline constexpr KeySet kClusterKeys{"redis.cluster", kClusterKeyNames};
inline constexpr KeySet kDurabilityKeys{"redis.durability", kDurabilityKeyNames};
inline constexpr KeySet kLogKeys{"log", kLogKeyNames};
inline constexpr KeySet kRuleKeys{"rules", kRuleKeyNames};

}  // namespace replikey::config
