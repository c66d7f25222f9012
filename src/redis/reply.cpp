#include "replikey/redis/reply.hpp"

#include <array>

namespace replikey::redis {
namespace {

std::string_view code_of(std::string_view error_reply) {
  return error_reply.substr(0, error_reply.find(' '));
}

/// What an operator does about an error, where that is known.
std::string_view mend_for(std::string_view code) {
  if (code == "NOAUTH" || code == "WRONGPASS") {
    return "set redis.username and redis.password to an account of this Redis";
  }
  if (code == "NOPERM") {
    return "grant the account what replikey uses: ACL SETUSER <user> ~* +@read +@write "
           "+@connection "
           "+@transaction +info +config|get";
  }
  if (code == "OOM") {
    return "raise maxmemory or free memory; replikey goes on by itself";
  }
  if (code == "READONLY") {
    return "point redis.host at the primary, or promote this replica";
  }
  if (code == "MISCONF") {
    return "mend what keeps Redis from saving (disk full?), or set stop-writes-on-bgsave-error no";
  }
  if (code == "WRONGTYPE") {
    return "the key holds another type: remove it (UNLINK), or give the rule another key; then "
           "start replikey again";
  }
  return {};
}

}  // namespace

Reaction reaction_to(std::string_view error_reply) noexcept {
  static constexpr std::array<std::string_view, 9> kRetry{"OOM",        "READONLY",    "LOADING",
                                                          "BUSY",       "MASTERDOWN",  "MISCONF",
                                                          "NOREPLICAS", "CLUSTERDOWN", "TRYAGAIN"};
  const auto code = code_of(error_reply);
  for (const auto retry : kRetry) {
    if (code == retry) {
      return Reaction::Retry;
    }
  }
  return Reaction::Stop;
}

Error to_error(std::string_view error_reply) {
  std::string message{error_reply};
  if (const auto mend = mend_for(code_of(error_reply)); !mend.empty()) {
    message += "; mend: ";
    message += mend;
  }
  return Error{
      reaction_to(error_reply) == Reaction::Retry ? ErrorCode::Unavailable : ErrorCode::Rejected,
      std::move(message)};
}

}  // namespace replikey::redis
