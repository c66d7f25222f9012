#include <algorithm>
#include <limits>
#include <optional>

#include "scalars.hpp"
#include "sections.hpp"

namespace replikey::config {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t kMaxPort = 65535;

void read_tls(const Element& node, const std::filesystem::path& folder, Problems& problems,
              mysql::TlsOptions& tls) {
  const Section section{node, kMysqlTlsKeys, problems};
  section.choice<mysql::TlsMode>("mode", tls.mode,
                                 {{"disabled", mysql::TlsMode::Disabled},
                                  {"preferred", mysql::TlsMode::Preferred},
                                  {"required", mysql::TlsMode::Required},
                                  {"verify_ca", mysql::TlsMode::VerifyCa},
                                  {"verify_identity", mysql::TlsMode::VerifyIdentity}});
  read_path(section, "ca", folder, tls.ca);
  read_path(section, "cert", folder, tls.cert);
  read_path(section, "key", folder, tls.key);
  const bool verifies =
      tls.mode == mysql::TlsMode::VerifyCa || tls.mode == mysql::TlsMode::VerifyIdentity;
  if (verifies && !section.has("ca")) {
    section.problem("mode", "verifying needs mysql.tls.ca, the CA that signed the certificate");
  }
  if (section.has("cert") != section.has("key")) {
    section.problem(section.has("cert") ? "cert" : "key",
                    "mysql.tls.cert and mysql.tls.key belong together");
  }
}

void read_hosts(const Section& section, mysql::ConnectionOptions& connection) {
  std::vector<std::string> hosts;
  section.texts("hosts", hosts);
  section.exclusive("host", "hosts");
  section.exclusive("port", "hosts");
  if (hosts.size() > 1) {
    section.problem("hosts", "more than one host (failover) is not available in this version");
  } else if (hosts.size() == 1) {
    if (const auto endpoint = parse_endpoint(hosts.front(), mysql::Endpoint{}.port)) {
      connection.hosts = {*endpoint};
    } else {
      section.problem("hosts", "\"" + hosts.front() + "\" is not HOST:PORT");
    }
  } else if (section.has("hosts") && section.find("hosts")->items.empty()) {
    section.problem("hosts", "names no host");
  }
}

void read_place(const Section& section, mysql::ConnectionOptions& connection) {
  mysql::Endpoint endpoint;
  section.text("host", endpoint.host);
  section.number("port", endpoint.port, 1, kMaxPort);
  if (endpoint.host.empty()) {
    section.problem("host", "is empty");
  }
  connection.hosts = {endpoint};
  read_hosts(section, connection);
  section.text("socket", connection.socket);
  section.exclusive("host", "socket");
  section.exclusive("hosts", "socket");
  section.exclusive("port", "socket");
}

}  // namespace

std::optional<mysql::Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port) {
  mysql::Endpoint endpoint{.host = std::string{text}, .port = default_port};
  const auto colon = text.rfind(':');
  const bool is_bracketed = text.starts_with('[');
  const bool is_bare_ipv6 = !is_bracketed && std::count(text.begin(), text.end(), ':') > 1;
  if (colon != std::string_view::npos && !is_bare_ipv6 && !text.ends_with(']')) {
    const auto port = parse_number(text.substr(colon + 1), 1, kMaxPort);
    if (!port) {
      return std::nullopt;
    }
    endpoint.port = static_cast<std::uint16_t>(*port);
    endpoint.host = text.substr(0, colon);
  }
  if (is_bracketed) {
    if (!endpoint.host.ends_with(']')) {
      return std::nullopt;
    }
    endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
  }
  return endpoint.host.empty() ? std::nullopt : std::optional{endpoint};
}

void read_mysql(const Element& node, const std::filesystem::path& folder, Problems& problems,
                source::Options& options, pipeline::Start& start) {
  const Section section{node, kMysqlKeys, problems};
  auto& connection = options.connection;
  read_place(section, connection);
  section.required_text("user", connection.user);
  read_password(section, folder, connection.password);
  section.number("server_id", options.server_id, 1, std::numeric_limits<std::uint32_t>::max());
  if (const auto* tls = section.find("tls")) {
    read_tls(*tls, folder, problems, connection.tls);
  }
  section.duration("heartbeat", options.heartbeat, milliseconds{100}, hours{1});
  section.duration("connect_timeout", connection.connect_timeout, milliseconds{100}, hours{1});
  read_start(section, start);
}

}  // namespace replikey::config
