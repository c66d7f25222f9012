#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "replikey/base/result.hpp"
#include "replikey/decode/rows.hpp"
#include "replikey/decode/statement.hpp"
#include "replikey/decode/table_map.hpp"
#include "replikey/model/gtid.hpp"
#include "replikey/model/gtid_set.hpp"
#include "replikey/model/raw_event.hpp"

namespace replikey::decode {

/// Nothing a reader of changes needs to know (STOP, ROWS_QUERY, checkpoints, ignorable events …).
struct Nothing {};

/// A transaction opens. Servers without GTIDs say so by BEGIN.
struct TransactionBegin {
  Gtid gtid;
  /// Microseconds since 1970 when the commit happened, 0 where the server does not tell.
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
/// decode; its type is in the message) or Rejected (INCIDENT: the log has a hole). The message
/// carries no position: the caller knows it. After a failure only `reset` is allowed.
class Decoder {
 public:
  /// Forgets the open transaction and the table maps; for a stream that starts anew.
  void reset();

  [[nodiscard]] Result<Decoded> decode(const RawEvent& event);

  [[nodiscard]] bool in_transaction() const noexcept { return in_transaction_; }
  [[nodiscard]] const Gtid& gtid() const noexcept { return gtid_; }
  [[nodiscard]] Flavour flavour() const noexcept { return flavour_; }

 private:
  Flavour flavour_ = Flavour::MySql;  // as FORMAT_DESCRIPTION's server version says
  bool in_transaction_ = false;
  Gtid gtid_;
};

}  // namespace replikey::decode
