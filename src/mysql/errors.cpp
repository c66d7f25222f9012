#include "replikey/mysql/errors.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace replikey::mysql {
namespace {

// https://dev.mysql.com/doc/mysql-errors/9.1/en/server-error-reference.html
// https://mariadb.com/kb/en/mariadb-error-code-reference/
constexpr std::array kUnavailable{
    1037U, 1038U, 1041U,                // the server is out of memory
    1040U, 1203U, 1226U,                // too many connections
    1042U, 1043U,                       // its name service, a broken handshake
    1053U, 1077U, 1079U, 3032U,         // shutting down, offline
    1135U,                              // no thread for us
    1152U, 1184U, 1158U, 1160U,         // the connection broke, as the server sees it
    1213U, 1317U, 1927U, 3168U, 3169U,  // deadlock; killed
    4031U,                              // idle for too long
    2000U, 2001U, 2002U, 2003U, 2004U, 2005U, 2006U, 2008U,
    2012U, 2013U, 2026U, 2027U, 2055U, 5013U, 5014U,
};
constexpr std::array kTimeout{1159U, 1161U, 1205U, 1969U, 3024U};
constexpr std::array kUnsupported{1047U, 2007U, 2019U, 2020U, 2036U, 2054U, 5003U};

constexpr unsigned kAccessDenied = 1045;
constexpr unsigned kTlsFailed = 2026;
constexpr unsigned kPluginMissing = 2059;
constexpr unsigned kTlsWanted = 3159;
constexpr unsigned kHostBlocked = 1129;

template <typename List>
bool holds(const List& list, unsigned number) noexcept {
  return std::find(list.begin(), list.end(), number) != list.end();
}

// A handshake also fails when the server dies in its midst; these words mean that it never works.
bool is_refused_certificate(std::string_view text) noexcept {
  constexpr std::array<std::string_view, 6> kWords{"certificate", "required",  "not support",
                                                   "hostname",    "host name", "unknown ca"};
  return std::any_of(kWords.begin(), kWords.end(), [text](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
}

std::string_view mend_for(unsigned number) noexcept {
  switch (number) {
    case kAccessDenied: return "check mysql.user and mysql.password, and the account's host part";
    case kHostBlocked: return "run FLUSH HOSTS on the server";
    case kPluginMissing:
      return "install the client library's plugin of that name (mysql_native_password for "
             "libmysqlclient 9 is in Debian's mysql-client-core), or give the account another one";
    case kTlsWanted: return "set mysql.tls.mode to required";
    default: return {};
  }
}

}  // namespace

ErrorCode classify(unsigned number) noexcept {
  if (holds(kUnavailable, number)) {
    return ErrorCode::Unavailable;
  }
  if (holds(kTimeout, number)) {
    return ErrorCode::Timeout;
  }
  return holds(kUnsupported, number) ? ErrorCode::Unsupported : ErrorCode::Rejected;
}

Error server_error(unsigned number, std::string_view text) {
  ErrorCode code = classify(number);
  if (number == kTlsFailed && is_refused_certificate(text)) {
    code = ErrorCode::Rejected;
  }
  std::string message{text};
  while (!message.empty() && (message.back() == '.' || message.back() == '\n')) {
    message.pop_back();
  }
  message += " (error " + std::to_string(number) + ")";
  if (const std::string_view mend = mend_for(number); !mend.empty()) {
    message += "; ";
    message += mend;
  }
  return Error{code, std::move(message)};
}

}  // namespace replikey::mysql
