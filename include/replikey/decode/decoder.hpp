#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "replikey/base/result.hpp"
#include "replikey/decode/rows.hpp"
#include "replikey/decode/statement.hpp"
#include "replikey/decode/table_map.hpp"
#include "replikey/model/flavour.hpp"
#include "replikey/model/gtid.hpp"
#include "replikey/model/gtid_set.hpp"
#include "replikey/model/raw_event.hpp"

namespace replikey::decode {

/// Nothing a reader of changes needs to know (STOP, ROWS_QUERY, checkpoints, ignorable events …).
struct Nothing {};

/// A transaction opens: at its GTID event where the server writes one, else at BEGIN. A statement
/// that stands alone on a server without GTIDs has none.
struct TransactionBegin {
  Gtid gtid;
  /// Microseconds since 1970 when the server we follow committed, 0 where it does not tell.
  std::uint64_t committed_at_us = 0;
};

/// The open transaction closes: everything up to the event's end is one finished unit.
struct TransactionEnd {
  bool is_committed = true;  ///< False: ROLLBACK; its rows never happened.
};

/// A statement in the log that is no row event. Borrows the event's bytes.
struct StatementEvent {
  Statement statement;
  std::string_view database;  ///< Default database of the statement.
  std::string_view sql;
  bool ends_transaction = false;  ///< Stands alone (DDL); false inside BEGIN … COMMIT.
};

/// PREVIOUS_GTIDS or GTID_LIST: everything executed before this file.
struct GtidState {
  GtidSet executed;
};

/// TABLE_MAP was taken in; row events follow.
struct TableMapped {
  std::shared_ptr<const TableMap> table;
};

using Decoded = std::variant<Nothing, TransactionBegin, TableMapped, Rows, TransactionEnd,
                             StatementEvent, GtidState>;

/// Events in, what they mean out. Holds the transaction state and the table maps of the stream.
/// Pure: no I/O, no log, no clock. Thread: any one at a time.
///
/// Fails with CorruptData (bytes contradict the format), Unsupported (an event this build does not
/// decode; its type and, where a setting avoids it, the setting are in the message) or Rejected
/// (INCIDENT: the log has a hole). The message carries no position: the caller knows it. After a
/// failure only `reset` is allowed.
///
/// A FORMAT_DESCRIPTION inside a transaction gives TransactionEnd with `is_committed` false: the
/// server ended before the transaction did.
class Decoder {
 public:
  /// Forgets the open transaction and the table maps; for a stream that starts anew.
  void reset();

  [[nodiscard]] Result<Decoded> decode(const RawEvent& event);

  [[nodiscard]] bool in_transaction() const noexcept { return phase_ != Phase::Idle; }
  /// Of the open transaction, or of the last one.
  [[nodiscard]] const Gtid& gtid() const noexcept { return gtid_; }
  [[nodiscard]] Flavour flavour() const noexcept { return flavour_; }

 private:
  enum class Phase : std::uint8_t {
    Idle,
    AwaitsBegin,  ///< MySQL's GTID was read: BEGIN or a statement that stands alone follows.
    Standalone,   ///< MariaDB's GTID says that one statement follows.
    Open,
  };
  /// A table map and the bytes that made it. Valid in the statement it was last seen in.
  struct CachedMap {
    std::vector<std::byte> bytes;
    std::shared_ptr<const TableMap> map;
    std::uint64_t statement = 0;
  };

  [[nodiscard]] Result<Decoded> on_format_description(std::span<const std::byte> body);
  [[nodiscard]] Result<Decoded> on_gtid(const RawEvent& event);
  [[nodiscard]] Result<Decoded> on_query(std::span<const std::byte> body);
  [[nodiscard]] Result<Decoded> on_table_map(std::span<const std::byte> body);
  [[nodiscard]] Result<Decoded> on_rows(const RawEvent& event);
  [[nodiscard]] Result<Decoded> on_begin();
  [[nodiscard]] Decoded on_end(bool is_committed) noexcept;
  [[nodiscard]] Decoded on_statement(Statement statement, std::string_view database,
                                     std::string_view sql);
  void forget_table_ids() noexcept { ++statement_; }

  Flavour flavour_ = Flavour::MySql;  // as FORMAT_DESCRIPTION's server version says
  Phase phase_ = Phase::Idle;
  Gtid gtid_;
  std::uint64_t statement_ = 1;
  std::unordered_map<std::uint64_t, CachedMap> maps_;
};

}  // namespace replikey::decode
