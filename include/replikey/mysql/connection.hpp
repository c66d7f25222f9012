#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "replikey/base/result.hpp"
#include "replikey/model/flavour.hpp"
#include "replikey/mysql/options.hpp"

namespace replikey::mysql {

/// What SELECT VERSION() says; the handshake of MariaDB pretends to be 5.5.5.
struct ServerVersion {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned patch = 0;
  std::string text;

  [[nodiscard]] bool at_least(unsigned other_major, unsigned other_minor,
                              unsigned other_patch = 0) const noexcept;
};

[[nodiscard]] ServerVersion parse_version(std::string_view text);

/// Result of a statement, as text; nothing where the server says NULL.
struct Table {
  using Row = std::vector<std::optional<std::string>>;

  std::vector<std::string> columns;
  std::vector<Row> rows;

  /// Index of a column by its name, without regard to case.
  [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const noexcept;
  /// The cell, or an empty text when it is NULL or not there.
  [[nodiscard]] std::string_view text(std::size_t row, std::size_t column) const noexcept;
};

/// What COM_BINLOG_DUMP or COM_BINLOG_DUMP_GTID asks for.
struct DumpRequest {
  /// End the stream where the log ends instead of waiting for more.
  static constexpr std::uint16_t kNonBlocking = 0x01;
  /// MySQL: heartbeats with 64-bit positions. MariaDB gives this bit another meaning.
  static constexpr std::uint16_t kHeartbeatV2 = 0x02;
  /// MariaDB: send ANNOTATE_ROWS events.
  static constexpr std::uint16_t kAnnotateRows = 0x02;

  /// MySQL: a GtidSet's binary form, to start by GTID. Without it, by file and position; MariaDB
  /// takes its GTID position from a variable of the session and then ignores both.
  std::optional<std::string> gtid_set;
  std::string file;
  std::uint64_t position = 4;
  std::uint32_t server_id = 0;
  std::uint16_t flags = 0;
};

/// How this replica is listed by SHOW REPLICAS.
struct ReplicaRegistration {
  std::uint32_t server_id = 0;
  std::string host;
  std::uint16_t port = 0;
};

/// One connection to a MySQL or MariaDB server; the one door to the client library. Closed when
/// destroyed.
///
/// Thread: one at a time, except interrupt(). The library's state of a thread is set up when it
/// first uses a connection and given back when it ends.
/// Fails with Unavailable or Timeout (connect again), Rejected (the server said no), and
/// Unsupported or InvalidConfig for what this build or these options cannot do; messages hold the
/// server's own words and number. After Unavailable or Timeout the connection is of no use.
class Connection {
 public:
  /// Connects, logs in, asserts the demanded TLS, asks for the version and sets utf8mb4.
  [[nodiscard]] static Result<Connection> open(const ConnectionOptions& options);

  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;

  [[nodiscard]] Flavour flavour() const noexcept;
  [[nodiscard]] const ServerVersion& version() const noexcept;
  [[nodiscard]] std::uint64_t connection_id() const noexcept;
  [[nodiscard]] bool is_encrypted() const noexcept;
  /// Whether TLS was preferred, the server is not on this machine's socket, and yet it is plain.
  [[nodiscard]] bool fell_back_to_plain() const noexcept;

  [[nodiscard]] Result<Table> query(std::string_view sql);
  [[nodiscard]] Status execute(std::string_view sql);
  /// The first column of the first row; nothing when there is no row or it is NULL.
  [[nodiscard]] Result<std::optional<std::string>> query_value(std::string_view sql);
  /// The text without the quotes, fit for a string literal of this session.
  [[nodiscard]] std::string escape(std::string_view text) const;
  /// 'text', ready for a statement.
  [[nodiscard]] std::string quote(std::string_view text) const;

  /// Announces this replica; succeeds without effect where the library has no way to.
  [[nodiscard]] Status register_replica(const ReplicaRegistration& replica);
  /// From here on only next_event() and interrupt() may be called.
  [[nodiscard]] Status start_dump(const DumpRequest& request);
  /// The next event, header to checksum; nothing at the end of a non-blocking dump. Borrowed until
  /// the next call.
  [[nodiscard]] Result<std::optional<std::span<const std::byte>>> next_event();

  /// Number of the last error, 0 when there was none.
  [[nodiscard]] unsigned last_error() const noexcept;

  /// Makes a call that waits in another thread return at once. Thread: any, while the object lives.
  void interrupt() noexcept;

 private:
  class Link;
  explicit Connection(std::unique_ptr<Link> link) noexcept;
  std::unique_ptr<Link> link_;
};

/// The library this binary talks through, e.g. "MariaDB Connector/C 3.3.20".
[[nodiscard]] const std::string& client_library();

}  // namespace replikey::mysql
