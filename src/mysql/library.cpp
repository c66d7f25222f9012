#include "library.hpp"

#include <array>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <string_view>
#include <utility>

#if defined(MARIADB_PACKAGE_VERSION)
#define REPLIKEY_HAS_MARIADB_CONNECTOR 1
#include <sys/socket.h>
#include <sys/types.h>

// Exported by the library for plugins, and declared in none of the headers it installs.
// https://github.com/mariadb-corporation/mariadb-connector-c/blob/v3.3.8/libmariadb/ma_pvio.c
extern "C" int ma_pvio_register_callback(my_bool is_registering,
                                         void (*callback)(int mode, MYSQL* handle,
                                                          const unsigned char* buffer,
                                                          std::size_t length));
#else
#define REPLIKEY_HAS_MARIADB_CONNECTOR 0
#endif

#include "replikey/base/byte_cursor.hpp"

namespace replikey::mysql::library {
namespace {

const char* or_null(const std::string& text) noexcept {
  return text.empty() ? nullptr : text.c_str();
}

#if REPLIKEY_HAS_MARIADB_CONNECTOR

// Set while this thread connects with TLS. The library falls back to plain text when the server's
// greeting offers none, and would log in, as if it were encrypted, before we can look at the
// cipher.
thread_local bool must_see_tls_offered = false;
thread_local bool has_seen_no_tls = false;

bool greeting_offers_tls(std::span<const std::byte> packet) noexcept {
  constexpr std::uint16_t kClientSsl = 0x0800;
  ByteCursor cursor{packet};
  constexpr std::uint64_t kPacketHeader = 4;
  constexpr std::uint64_t kThreadIdAndScramble = 4 + 8 + 1;
  if (!cursor.skip(kPacketHeader) || !cursor.skip(1)) {
    return false;
  }
  const auto version_end = as_text(cursor.rest()).find('\0');
  if (version_end == std::string_view::npos || !cursor.skip(version_end + 1) ||
      !cursor.skip(kThreadIdAndScramble)) {
    return false;
  }
  const auto capabilities = cursor.read_le<std::uint16_t>();
  return capabilities && (*capabilities & kClientSsl) != 0;
}

// Called with all that is read; the first bytes of a connection are the server's greeting.
void look_at_greeting(int mode, MYSQL* handle, const unsigned char* buffer, std::size_t length) {
  constexpr int kRead = 0;
  if (!must_see_tls_offered || mode != kRead || static_cast<ssize_t>(length) <= 0) {
    return;
  }
  must_see_tls_offered = false;
  constexpr unsigned char kErrorPacket = 0xFF;
  constexpr std::size_t kFirstByte = 4;
  if (length > kFirstByte && buffer[kFirstByte] == kErrorPacket) {
    return;
  }
  if (!greeting_offers_tls(std::as_bytes(std::span{buffer, length}))) {
    has_seen_no_tls = true;
    ::shutdown(socket_of(handle), SHUT_RDWR);
  }
}

void set_flag(MYSQL* handle, mysql_option option, bool value) {
  const my_bool flag = value ? 1 : 0;
  mysql_options(handle, option, &flag);
}

#endif

// The library's state of one thread.
class ThreadState {
 public:
  ThreadState() { mysql_thread_init(); }
  ~ThreadState() { mysql_thread_end(); }
  ThreadState(const ThreadState&) = delete;
  ThreadState& operator=(const ThreadState&) = delete;
};

void set_up_library() {
  mysql_library_init(0, nullptr, nullptr);
#if REPLIKEY_HAS_MARIADB_CONNECTOR
  ma_pvio_register_callback(1, &look_at_greeting);
#endif
  // OpenSSL writes with write(2): a peer that is gone must be an error, not the end of us.
  struct sigaction action {};
  if (::sigaction(SIGPIPE, nullptr, &action) == 0 && action.sa_handler == SIG_DFL) {
    action.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &action, nullptr);
  }
}

}  // namespace

void set_up_thread() {
  static std::once_flag once;
  std::call_once(once, set_up_library);
  thread_local const ThreadState state;
  static_cast<void>(state);
}

Login connect(MYSQL* handle, const ConnectionOptions& options, bool must_encrypt) {
#if REPLIKEY_HAS_MARIADB_CONNECTOR
  must_see_tls_offered = must_encrypt;
  has_seen_no_tls = false;
#else
  static_cast<void>(must_encrypt);
#endif
  const bool is_local = !options.socket.empty();
  const std::string host = is_local ? std::string{"localhost"} : options.hosts.front().host;
  const unsigned port = is_local ? 0 : options.hosts.front().port;
  const bool is_connected =
      mysql_real_connect(handle, host.c_str(), options.user.c_str(), options.password.c_str(),
                         nullptr, port, or_null(options.socket), 0) != nullptr;
#if REPLIKEY_HAS_MARIADB_CONNECTOR
  must_see_tls_offered = false;
  if (has_seen_no_tls) {
    return Login::NoTlsOffered;
  }
#endif
  return is_connected ? Login::Done : Login::Failed;
}

#if REPLIKEY_HAS_MARIADB_CONNECTOR

Status apply_tls(MYSQL* handle, const ConnectionOptions& options, TlsMode mode) {
  const TlsOptions& tls = options.tls;
  const bool verifies_ca = mode == TlsMode::VerifyCa;
  const bool verifies_host = mode == TlsMode::VerifyIdentity;
#if MARIADB_PACKAGE_VERSION_ID >= 30400
  if (verifies_ca) {
    return Error{ErrorCode::InvalidConfig,
                 "mysql.tls.mode verify_ca: " + name_and_version() +
                     " cannot check the certificate without the host's name; use verify_identity"};
  }
#endif
  set_flag(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, verifies_host);
  set_flag(handle, MYSQL_OPT_SSL_ENFORCE, mode != TlsMode::Disabled);
  if (mode == TlsMode::Disabled) {
    return ok();
  }
  // With a CA, Connector/C 3.3 checks the chain in the handshake, whatever VERIFY says.
  if (verifies_ca || verifies_host) {
    mysql_options(handle, MYSQL_OPT_SSL_CA, tls.ca.c_str());
  }
  if (!tls.cert.empty()) {
    mysql_options(handle, MYSQL_OPT_SSL_CERT, tls.cert.c_str());
    mysql_options(handle, MYSQL_OPT_SSL_KEY, tls.key.c_str());
  }
  return ok();
}

// caching_sha2_password asks the server for its key by itself.
void apply_authentication(MYSQL* /*handle*/) {}

int socket_of(MYSQL* handle) {
  return mysql_get_socket(handle);
}

bool register_replica(MYSQL* handle, const ReplicaRegistration& replica) {
  std::string body;
  const auto append = [&body](std::uint32_t value, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) {
      body += static_cast<char>((value >> (8 * i)) & 0xFFU);
    }
  };
  constexpr std::size_t kMaxHost = 60;
  const std::string host = replica.host.substr(0, kMaxHost);
  append(replica.server_id, 4);
  append(static_cast<std::uint32_t>(host.size()), 1);
  body += host;
  append(0, 1);  // user and password are nobody's business
  append(0, 1);
  append(replica.port, 2);
  append(0, 4);
  append(0, 4);
  return handle->methods->db_command(handle, COM_REGISTER_SLAVE, body.data(), body.size(), 0,
                                     nullptr) == 0;
}

struct Dump::State {
  MYSQL* handle;
};

Dump::Dump(MYSQL* handle) : state_{std::make_unique<State>(State{handle})} {}
Dump::~Dump() = default;

bool Dump::start(const DumpRequest& request) {
  // COM_BINLOG_DUMP_GTID has no name in this library.
  constexpr int kComBinlogDumpGtid = 0x1e;
  std::string body;
  const auto append = [&body](std::uint64_t value, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) {
      body += static_cast<char>((value >> (8 * i)) & 0xFFU);
    }
  };
  enum_server_command command = COM_BINLOG_DUMP;
  if (request.gtid_set) {
    command = static_cast<enum_server_command>(kComBinlogDumpGtid);
    append(request.flags, 2);
    append(request.server_id, 4);
    append(request.file.size(), 4);
    body += request.file;
    append(request.position, 8);
    append(request.gtid_set->size(), 4);
    body += *request.gtid_set;
  } else {
    append(request.position, 4);
    append(request.flags, 2);
    append(request.server_id, 4);
    body += request.file;
  }
  return state_->handle->methods->db_command(state_->handle, command, body.data(), body.size(), 1,
                                             nullptr) == 0;
}

Dump::Fetch Dump::next(std::span<const std::byte>& packet) {
  constexpr std::size_t kLongestEnd = 8;
  constexpr unsigned char kEndPacket = 0xFE;
  const unsigned long length = mysql_net_read_packet(state_->handle);
  if (length == packet_error) {
    return Fetch::Failed;
  }
  const unsigned char* data = state_->handle->net.read_pos;
  if (data[0] == kEndPacket && length <= kLongestEnd) {
    return Fetch::End;
  }
  packet = std::as_bytes(std::span{data, length});
  return Fetch::Packet;
}

std::string name_and_version() {
  return std::string{"MariaDB Connector/C "} + mysql_get_client_info();
}

#else

Status apply_tls(MYSQL* handle, const ConnectionOptions& options, TlsMode mode) {
  const TlsOptions& tls = options.tls;
  unsigned wanted = SSL_MODE_DISABLED;
  switch (mode) {
    case TlsMode::Disabled: wanted = SSL_MODE_DISABLED; break;
    case TlsMode::Preferred: wanted = SSL_MODE_PREFERRED; break;
    case TlsMode::Required: wanted = SSL_MODE_REQUIRED; break;
    case TlsMode::VerifyCa: wanted = SSL_MODE_VERIFY_CA; break;
    case TlsMode::VerifyIdentity: wanted = SSL_MODE_VERIFY_IDENTITY; break;
  }
  if (mode == TlsMode::VerifyCa || mode == TlsMode::VerifyIdentity) {
    mysql_options(handle, MYSQL_OPT_SSL_CA, tls.ca.c_str());
  }
  if (mode != TlsMode::Disabled && !tls.cert.empty()) {
    mysql_options(handle, MYSQL_OPT_SSL_CERT, tls.cert.c_str());
    mysql_options(handle, MYSQL_OPT_SSL_KEY, tls.key.c_str());
  }
  // After the files: setting a CA raises the mode.
  mysql_options(handle, MYSQL_OPT_SSL_MODE, &wanted);
  return ok();
}

void apply_authentication(MYSQL* handle) {
  const bool gets_key = true;
  mysql_options(handle, MYSQL_OPT_GET_SERVER_PUBLIC_KEY, &gets_key);
}

int socket_of(MYSQL* handle) {
  return handle->net.fd;
}

bool register_replica(MYSQL* /*handle*/, const ReplicaRegistration& /*replica*/) {
  return true;  // the library has no way to send the command; SHOW REPLICAS will not list us
}

struct Dump::State {
  MYSQL* handle;
  MYSQL_RPL stream{};
  std::string file;
  std::string gtid_set;
};

Dump::Dump(MYSQL* handle) : state_{std::make_unique<State>()} {
  state_->handle = handle;
}
Dump::~Dump() = default;

bool Dump::start(const DumpRequest& request) {
  MYSQL_RPL& stream = state_->stream;
  state_->file = request.file;
  stream.file_name = state_->file.c_str();
  stream.file_name_length = state_->file.size();
  stream.start_position = request.position;
  stream.server_id = request.server_id;
  stream.flags = request.flags;
  if (request.gtid_set) {
    state_->gtid_set = *request.gtid_set;
    stream.flags |= MYSQL_RPL_GTID;
    stream.gtid_set_encoded_size = state_->gtid_set.size();
    stream.gtid_set_arg = state_->gtid_set.data();
  }
  return mysql_binlog_open(state_->handle, &stream) == 0;
}

Dump::Fetch Dump::next(std::span<const std::byte>& packet) {
  if (mysql_binlog_fetch(state_->handle, &state_->stream) != 0) {
    return Fetch::Failed;
  }
  if (state_->stream.size == 0) {
    return Fetch::End;
  }
  packet = std::as_bytes(std::span{state_->stream.buffer, state_->stream.size});
  return Fetch::Packet;
}

std::string name_and_version() {
  return std::string{"MySQL client library "} + mysql_get_client_info();
}

#endif

}  // namespace replikey::mysql::library
