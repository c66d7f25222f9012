#include "replikey/mysql/connection.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <utility>

#include "library.hpp"
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "replikey/mysql/errors.hpp"

namespace replikey::mysql {
namespace {

using Clock = std::chrono::steady_clock;

// The largest event is 1 GiB, and a packet holds a byte more.
constexpr unsigned long kMaxPacket = 0x50000000;
constexpr unsigned kTlsFailed = 2026;

unsigned whole_seconds(std::chrono::milliseconds time) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(time).count();
  return static_cast<unsigned>(std::clamp<std::int64_t>(seconds, 1, 31'536'000));
}

struct CloseHandle {
  void operator()(MYSQL* handle) const noexcept { mysql_close(handle); }
};
using Handle = std::unique_ptr<MYSQL, CloseHandle>;

struct FreeResult {
  void operator()(MYSQL_RES* result) const noexcept { mysql_free_result(result); }
};

/// A second descriptor of the library's socket. The library closes its own whenever it sees fit,
/// and the number may then be somebody else's: ours stays what it is.
class InterruptSocket {
 public:
  explicit InterruptSocket(int socket) : socket_{::fcntl(socket, F_DUPFD_CLOEXEC, 0)} {}
  ~InterruptSocket() {
    if (socket_ >= 0) {
      ::close(socket_);
    }
  }
  InterruptSocket(const InterruptSocket&) = delete;
  InterruptSocket& operator=(const InterruptSocket&) = delete;

  void shut_down() const noexcept {
    if (socket_ >= 0) {
      ::shutdown(socket_, SHUT_RDWR);
    }
  }

 private:
  int socket_;
};

Error error_of(MYSQL* handle, const std::string& doing) {
  return server_error(mysql_errno(handle), mysql_error(handle)).with_context(doing);
}

void apply_common(MYSQL* handle, const ConnectionOptions& options) {
  const unsigned connect_timeout = whole_seconds(options.connect_timeout);
  const unsigned read_timeout = whole_seconds(options.read_timeout);
  const unsigned write_timeout = whole_seconds(options.write_timeout);
  mysql_options(handle, MYSQL_OPT_CONNECT_TIMEOUT, &connect_timeout);
  mysql_options(handle, MYSQL_OPT_READ_TIMEOUT, &read_timeout);
  mysql_options(handle, MYSQL_OPT_WRITE_TIMEOUT, &write_timeout);
  mysql_options(handle, MYSQL_OPT_MAX_ALLOWED_PACKET, &kMaxPacket);
  mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_options4(handle, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "replikey");
  // "localhost" means the network too, unless a socket is named.
  const unsigned protocol = options.socket.empty() ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET;
  mysql_options(handle, MYSQL_OPT_PROTOCOL, &protocol);
  // A server must not be able to ask for our files.
  const unsigned local_infile = 0;
  mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &local_infile);
}

/// An attempt to connect with TLS, which might be worth another one without.
struct Attempt {
  Result<Handle> handle;
  bool has_tls_failed = false;
};

Attempt connect_once(const ConnectionOptions& options, TlsMode mode) {
  Handle handle{mysql_init(nullptr)};
  if (!handle) {
    return {Error{ErrorCode::Unavailable, "out of memory"}};
  }
  apply_common(handle.get(), options);
  library::apply_authentication(handle.get());
  if (auto applied = library::apply_tls(handle.get(), options, mode); !applied) {
    return {std::move(applied).error()};
  }
  const std::string doing = "connect to MySQL at " + endpoint_text(options);
  const auto begin = Clock::now();
  const library::Login login = library::connect(handle.get(), options, mode != TlsMode::Disabled);
  if (login == library::Login::Failed) {
    Error error = error_of(handle.get(), doing);
    if (error.code() == ErrorCode::Unavailable && Clock::now() - begin >= options.connect_timeout) {
      error = Error{ErrorCode::Timeout, error.message()};
    }
    return {std::move(error), mysql_errno(handle.get()) == kTlsFailed};
  }
  const bool is_encrypted = login == library::Login::Done && mysql_get_ssl_cipher(handle.get());
  const bool may_be_plain =
      mode == TlsMode::Disabled || (mode == TlsMode::Preferred && login == library::Login::Done);
  if (!is_encrypted && !may_be_plain) {
    return {Error{ErrorCode::Rejected,
                  doing + ": mysql.tls.mode demands TLS, and the server offers none; switch it on "
                          "there (ssl_cert, ssl_key), or set the mode to preferred or disabled"},
            true};
  }
  return {std::move(handle)};
}

}  // namespace

class Connection::Link {
 public:
  Link(Handle connected, const ConnectionOptions& options, bool is_plain_by_need)
      : handle{std::move(connected)},
        socket{library::socket_of(handle.get())},
        place{endpoint_text(options)},
        read_timeout{options.read_timeout},
        fell_back{is_plain_by_need} {}

  ~Link() {
    library::set_up_thread();
    if (dump) {
      socket.shut_down();  // or the library's goodbye would be written into the stream
    }
  }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  [[nodiscard]] Result<Table> query(std::string_view sql) const;
  [[nodiscard]] Error failure(std::string_view doing, Clock::time_point begin) const;

  Handle handle;
  InterruptSocket socket;
  std::string place;
  std::chrono::milliseconds read_timeout;
  bool fell_back;
  Flavour flavour = Flavour::MySql;
  ServerVersion version;
  std::optional<library::Dump> dump;
};

// The library cannot tell an interrupted read from one that took too long; the clock can.
Error Connection::Link::failure(std::string_view doing, Clock::time_point begin) const {
  Error error = error_of(handle.get(), std::string{doing} + " at " + place);
  if (error.code() == ErrorCode::Unavailable && Clock::now() - begin >= read_timeout) {
    return Error{ErrorCode::Timeout, error.message()};
  }
  return error;
}

Result<Table> Connection::Link::query(std::string_view sql) const {
  library::set_up_thread();
  const auto begin = Clock::now();
  MYSQL* const mysql = handle.get();
  if (dump) {
    return Error{ErrorCode::Unsupported, "the connection carries a binlog stream"};
  }
  if (mysql_real_query(mysql, sql.data(), sql.size()) != 0) {
    return failure("ask MySQL", begin);
  }
  const std::unique_ptr<MYSQL_RES, FreeResult> result{mysql_store_result(mysql)};
  if (!result) {
    if (mysql_errno(mysql) != 0) {
      return failure("ask MySQL", begin);
    }
    return Table{};
  }
  Table table;
  const unsigned count = mysql_num_fields(result.get());
  const MYSQL_FIELD* const fields = mysql_fetch_fields(result.get());
  for (unsigned i = 0; i < count; ++i) {
    table.columns.emplace_back(fields[i].name);
  }
  while (MYSQL_ROW cells = mysql_fetch_row(result.get())) {
    const unsigned long* const sizes = mysql_fetch_lengths(result.get());
    Table::Row& row = table.rows.emplace_back(count);
    for (unsigned i = 0; i < count; ++i) {
      if (cells[i] != nullptr) {
        row[i].emplace(cells[i], sizes[i]);
      }
    }
  }
  return table;
}

Connection::Connection(std::unique_ptr<Link> link) noexcept : link_{std::move(link)} {}
Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

Result<Connection> Connection::open(const ConnectionOptions& options) {
  if (auto checked = check_options(options); !checked) {
    return std::move(checked).error();
  }
  library::set_up_thread();
  const bool prefers_tls = options.tls.mode == TlsMode::Preferred;
  const bool is_local = !options.socket.empty();
  // A unix socket needs no TLS to be private.
  const TlsMode mode = prefers_tls && is_local ? TlsMode::Disabled : options.tls.mode;
  Attempt attempt = connect_once(options, mode);
  if (attempt.has_tls_failed && prefers_tls) {
    attempt = connect_once(options, TlsMode::Disabled);
  }
  Result<Handle>& handle = attempt.handle;
  if (!handle) {
    return std::move(handle).error();
  }
  const bool is_plain = mysql_get_ssl_cipher(handle->get()) == nullptr;
  Connection connection{
      std::make_unique<Link>(std::move(*handle), options, prefers_tls && !is_local && is_plain)};
  // Without a mode of its own, text is quoted the same way on every server.
  auto version = connection.query_value("SELECT VERSION()");
  if (!version) {
    return std::move(version).error();
  }
  for (const std::string_view sql : {"SET NAMES utf8mb4", "SET SESSION sql_mode = ''"}) {
    if (auto set = connection.execute(sql); !set) {
      return std::move(set).error();
    }
  }
  connection.link_->version = parse_version(version->value_or(""));
  connection.link_->flavour = version->value_or("").find("MariaDB") != std::string::npos
                                  ? Flavour::MariaDb
                                  : Flavour::MySql;
  return connection;
}

Flavour Connection::flavour() const noexcept {
  return link_->flavour;
}

const ServerVersion& Connection::version() const noexcept {
  return link_->version;
}

std::uint64_t Connection::connection_id() const noexcept {
  return mysql_thread_id(link_->handle.get());
}

bool Connection::is_encrypted() const noexcept {
  return mysql_get_ssl_cipher(link_->handle.get()) != nullptr;
}

bool Connection::fell_back_to_plain() const noexcept {
  return link_->fell_back;
}

Result<Table> Connection::query(std::string_view sql) {
  return link_->query(sql);
}

Status Connection::execute(std::string_view sql) {
  auto table = link_->query(sql);
  if (!table) {
    return std::move(table).error();
  }
  return ok();
}

Result<std::optional<std::string>> Connection::query_value(std::string_view sql) {
  auto table = link_->query(sql);
  if (!table) {
    return std::move(table).error();
  }
  if (table->rows.empty() || table->rows.front().empty()) {
    return std::optional<std::string>{};
  }
  return std::move(table->rows.front().front());
}

std::string Connection::escape(std::string_view text) const {
  std::string escaped(text.size() * 2 + 1, '\0');
  const unsigned long size =
      mysql_real_escape_string(link_->handle.get(), escaped.data(), text.data(), text.size());
  escaped.resize(size);
  return escaped;
}

std::string Connection::quote(std::string_view text) const {
  return "'" + escape(text) + "'";
}

Status Connection::register_replica(const ReplicaRegistration& replica) {
  library::set_up_thread();
  const auto begin = Clock::now();
  if (!library::register_replica(link_->handle.get(), replica)) {
    return link_->failure("register as a replica", begin);
  }
  return ok();
}

Status Connection::start_dump(const DumpRequest& request) {
  library::set_up_thread();
  const auto begin = Clock::now();
  link_->dump.emplace(link_->handle.get());
  if (!link_->dump->start(request)) {
    return link_->failure("ask for the binlog", begin);
  }
  return ok();
}

Result<std::optional<std::span<const std::byte>>> Connection::next_event() {
  using Event = std::optional<std::span<const std::byte>>;
  constexpr std::byte kOk{0};
  library::set_up_thread();
  if (!link_->dump) {
    return Error{ErrorCode::Unsupported, "no binlog stream was asked for"};
  }
  const auto begin = Clock::now();
  std::span<const std::byte> packet;
  switch (link_->dump->next(packet)) {
    case library::Dump::Fetch::Failed: return link_->failure("read the binlog", begin);
    case library::Dump::Fetch::End: return Event{};
    case library::Dump::Fetch::Packet: break;
  }
  if (packet.empty() || packet.front() != kOk) {
    return Error{ErrorCode::CorruptData,
                 "read the binlog at " + link_->place + ": a packet that is neither event nor end"};
  }
  return Event{packet.subspan(1)};
}

unsigned Connection::last_error() const noexcept {
  return mysql_errno(link_->handle.get());
}

void Connection::interrupt() noexcept {
  link_->socket.shut_down();
}

const std::string& client_library() {
  static const std::string name = library::name_and_version();
  return name;
}

}  // namespace replikey::mysql
