#include "replikey/mysql/options.hpp"

#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include <unistd.h>

namespace replikey::mysql {
namespace {

Status check_readable(std::string_view key, const std::string& file) {
  std::error_code problem;
  if (!std::filesystem::is_regular_file(file, problem) || ::access(file.c_str(), R_OK) != 0) {
    return Error{ErrorCode::InvalidConfig,
                 "mysql.tls." + std::string{key} + ": cannot read " + file};
  }
  return ok();
}

Status check_tls(const ConnectionOptions& options) {
  const TlsOptions& tls = options.tls;
  if (tls.mode == TlsMode::Disabled) {
    return ok();
  }
  if (tls.cert.empty() != tls.key.empty()) {
    return Error{ErrorCode::InvalidConfig, "mysql.tls: cert and key go together"};
  }
  if (!tls.cert.empty()) {
    for (const auto& [key, file] : {std::pair{"cert", tls.cert}, std::pair{"key", tls.key}}) {
      if (auto readable = check_readable(key, file); !readable) {
        return readable;
      }
    }
  }
  if (tls.mode != TlsMode::VerifyCa && tls.mode != TlsMode::VerifyIdentity) {
    return ok();
  }
  if (!options.socket.empty()) {
    return Error{ErrorCode::InvalidConfig,
                 "mysql.tls.mode: over a unix socket there is nobody to verify; use preferred or "
                 "disabled, or connect by mysql.host"};
  }
  if (tls.ca.empty()) {
    return Error{ErrorCode::InvalidConfig,
                 "mysql.tls.ca: verify_ca and verify_identity need the CA's certificate"};
  }
  return check_readable("ca", tls.ca);
}

}  // namespace

Status check_options(const ConnectionOptions& options) {
  if (options.socket.empty() && options.hosts.size() != 1) {
    return Error{ErrorCode::InvalidConfig, "mysql: exactly one host, or a socket, is needed"};
  }
  return check_tls(options);
}

std::string endpoint_text(const ConnectionOptions& options) {
  if (!options.socket.empty()) {
    return options.socket;
  }
  if (options.hosts.empty()) {
    return "nowhere";
  }
  return options.hosts.front().host + ":" + std::to_string(options.hosts.front().port);
}

}  // namespace replikey::mysql
