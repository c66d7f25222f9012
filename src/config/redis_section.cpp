#include <limits>

#include "sections.hpp"

namespace replikey::config {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::uint64_t kMaxPort = 65535;
constexpr std::uint64_t kMaxLanes = 64;

void read_tls(const Element& node, Problems& problems) {
  const Section section{node, kRedisTlsKeys, problems};
  section.not_available("mode", {"disabled"});
  section.not_available("ca", {""});
  section.not_available("cert", {""});
  section.not_available("key", {""});
}

void read_durability(const Element& node, Problems& problems) {
  const Section section{node, kDurabilityKeys, problems};
  section.not_available("replicas", {"0"});
  milliseconds timeout{};
  section.duration("timeout", timeout, milliseconds{0}, hours{1});
}

void read_place(const Section& section, redis::ConnectionOptions& connection) {
  section.text("host", connection.host);
  section.number("port", connection.port, 1, kMaxPort);
  section.text("socket", connection.socket);
  section.exclusive("host", "socket");
  section.exclusive("port", "socket");
  if (connection.host.empty()) {
    section.problem("host", "is empty");
  }
  if (const auto* sentinel = section.find("sentinel")) {
    const Section checked{*sentinel, kSentinelKeys, section.problems()};
    section.not_available("sentinel");
  }
  if (const auto* cluster = section.find("cluster")) {
    const Section checked{*cluster, kClusterKeys, section.problems()};
    section.not_available("cluster");
  }
}

}  // namespace

void read_redis(const Element& node, const std::filesystem::path& folder, Problems& problems,
                write::Options& options) {
  const Section section{node, kRedisKeys, problems};
  auto& connection = options.connection;
  read_place(section, connection);
  section.text("username", connection.username);
  if (connection.username == "default") {
    connection.username.clear();  // the same user, also for servers before 6.0
  }
  read_password(section, folder, connection.password);
  section.number("database", connection.database, 0, std::numeric_limits<std::int32_t>::max());
  section.number("lanes", options.lanes, 1, kMaxLanes);
  section.duration("timeout", connection.timeout, milliseconds{10}, hours{1});
  section.choice<bool>("eviction", connection.accept_eviction,
                       {{"refuse", false}, {"accept", true}});
  if (const auto* tls = section.find("tls")) {
    read_tls(*tls, problems);
  }
  if (const auto* durability = section.find("durability")) {
    read_durability(*durability, problems);
  }
}

}  // namespace replikey::config
