#include "replikey/decode/decoder.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "event_role.hpp"
#include "gtid_events.hpp"

#include "replikey/base/byte_cursor.hpp"

namespace replikey::decode {

namespace {

constexpr std::size_t kMaxCachedMaps = 4096;
// Post-header lengths of FORMAT_DESCRIPTION up to the row events every server since 5.1 has.
constexpr std::size_t kKnownLengths = 25;

Error corrupt(std::string_view what) {
  return Error{ErrorCode::CorruptData, std::string{what}};
}

/// What a QUERY event says, as views into it.
struct Query {
  std::string_view database;
  std::string_view sql;
  bool ansi_quotes = false;
};

// Status variables stand in ascending order, so that sql_mode comes first or second.
// https://github.com/mysql/mysql-server/blob/mysql-9.1.0/libs/mysql/binlog/event/statement_events.h
// Query_event_status_vars
bool has_ansi_quotes(std::span<const std::byte> variables) noexcept {
  constexpr std::uint8_t kFlags2 = 0;
  constexpr std::uint8_t kSqlMode = 1;
  constexpr std::uint64_t kAnsiQuotes = 4;
  ByteCursor cursor{variables};
  auto code = cursor.read_le<std::uint8_t>();
  if (code == kFlags2) {
    if (!cursor.skip(4)) {
      return false;
    }
    code = cursor.read_le<std::uint8_t>();
  }
  if (code != kSqlMode) {
    return false;
  }
  return (cursor.read_le<std::uint64_t>().value_or(0) & kAnsiQuotes) != 0;
}

std::optional<Query> read_query(std::span<const std::byte> body) noexcept {
  ByteCursor cursor{body};
  if (!cursor.skip(8)) {  // thread, seconds it took
    return std::nullopt;
  }
  const auto database_size = cursor.read_le<std::uint8_t>();
  const auto error = cursor.read_le<std::uint16_t>();
  const auto variables_size = cursor.read_le<std::uint16_t>();
  if (!database_size || !error || !variables_size) {
    return std::nullopt;
  }
  const auto variables = cursor.read_bytes(*variables_size);
  const auto database = variables ? cursor.read_bytes(*database_size) : std::nullopt;
  if (!database || cursor.read_le<std::uint8_t>() != 0) {
    return std::nullopt;
  }
  return Query{.database = as_text(*database),
               .sql = as_text(cursor.rest()),
               .ansi_quotes = has_ansi_quotes(*variables)};
}

enum class XaVerb : std::uint8_t { Opens, Inside, Closes };

// The servers write XA statements themselves: "XA START X'…',X'…',1".
XaVerb xa_verb(std::string_view sql) noexcept {
  if (sql.starts_with("XA START") || sql.starts_with("XA BEGIN")) {
    return XaVerb::Opens;
  }
  return sql.starts_with("XA COMMIT") || sql.starts_with("XA ROLLBACK") ? XaVerb::Closes
                                                                        : XaVerb::Inside;
}

// Events that only end a statement name a table that cannot be.
// https://github.com/mysql/mysql-server/blob/mysql-9.1.0/sql/log_event.cc
// Rows_log_event::do_apply_event
bool is_dummy(std::uint64_t table_id) noexcept {
  constexpr std::array<std::uint64_t, 3> kDummies{0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFFFF};
  return std::ranges::find(kDummies, table_id) != kDummies.end();
}

struct RowsShape {
  Operation operation;
  bool has_extra_data;  ///< Version 2.
};

RowsShape shape_of(EventType type) noexcept {
  switch (type) {
    case EventType::WriteRowsV1: return {Operation::Insert, false};
    case EventType::UpdateRowsV1: return {Operation::Update, false};
    case EventType::DeleteRowsV1: return {Operation::Delete, false};
    case EventType::UpdateRowsV2: return {Operation::Update, true};
    case EventType::DeleteRowsV2: return {Operation::Delete, true};
    default: return {Operation::Insert, true};
  }
}

Error incident(std::span<const std::byte> body) {
  ByteCursor cursor{body};
  const auto code = cursor.read_le<std::uint16_t>();
  const auto size = cursor.read_le<std::uint8_t>();
  const auto text = size ? cursor.read_bytes(*size) : std::nullopt;
  std::string message = "the server reports that its log has a hole here (INCIDENT ";
  message += code ? std::to_string(*code) : "?";
  message += text && !text->empty() ? ": " + std::string{as_text(*text)} + ")" : ")";
  return Error{ErrorCode::Rejected, std::move(message)};
}

Result<Decoded> gtid_state(const RawEvent& event) {
  const bool is_maria = event.header.type == EventType::MariaGtidList;
  auto set = is_maria ? decode_gtid_list(event.body) : GtidSet::decode(as_text(event.body));
  if (!set) {
    return std::move(set).error().with_context(to_string(event.header.type));
  }
  // MariaDB makes up a list where a dump by GTID reaches the position it was asked for.
  if ((event.header.flags & EventHeader::kArtificial) != 0) {
    return Decoded{Nothing{}};
  }
  return Decoded{GtidState{.executed = *std::move(set)}};
}

/// Head of a rows event; its views look into the event.
struct RowsHead {
  std::uint64_t table_id = 0;
  std::uint16_t flags = 0;
  ByteCursor rest{{}};
};

std::optional<RowsHead> read_rows_head(std::span<const std::byte> body, bool has_extra) noexcept {
  ByteCursor cursor{body};
  const auto id = cursor.read_le<std::uint64_t, 6>();
  const auto flags = cursor.read_le<std::uint16_t>();
  if (!id || !flags) {
    return std::nullopt;
  }
  if (has_extra) {
    const auto size = cursor.read_le<std::uint16_t>();  // counts itself
    if (!size || *size < 2 || !cursor.skip(*size - 2U)) {
      return std::nullopt;
    }
  }
  return RowsHead{.table_id = *id, .flags = *flags, .rest = cursor};
}

// Bitmaps of present columns; a row has images before and after only as its operation goes.
bool read_presence(ByteCursor& cursor, std::size_t column_count, Rows& rows) noexcept {
  const std::size_t size = (column_count + 7) / 8;
  const auto first = cursor.read_bytes(size);
  if (!first) {
    return false;
  }
  (rows.operation == Operation::Insert ? rows.after_present : rows.before_present) = *first;
  if (rows.operation == Operation::Update) {
    const auto second = cursor.read_bytes(size);
    if (!second) {
      return false;
    }
    rows.after_present = *second;
  }
  rows.images = cursor.rest();
  return true;
}

}  // namespace

void Decoder::reset() {
  phase_ = Phase::Idle;
  gtid_ = Gtid{};
  forget_table_ids();
}

Result<Decoded> Decoder::decode(const RawEvent& event) {
  switch (role_of(event.header)) {
    case EventRole::FormatDescription: return on_format_description(event.body);
    case EventRole::Query: return on_query(event.body);
    case EventRole::Xid: return on_end(true);
    case EventRole::Gtid:
    case EventRole::GtidTagged:
    case EventRole::MariaGtid: return on_gtid(event);
    case EventRole::PreviousGtids:
    case EventRole::GtidList: return gtid_state(event);
    case EventRole::TableMap: return on_table_map(event.body);
    case EventRole::Rows: return on_rows(event);
    case EventRole::Incident: return incident(event.body);
    case EventRole::Nothing: return Decoded{Nothing{}};
    case EventRole::Unsupported: break;
  }
  return Error{ErrorCode::Unsupported, unsupported_message(event.header.type)};
}

Result<Decoded> Decoder::on_format_description(std::span<const std::byte> body) {
  ByteCursor cursor{body};
  const auto version = cursor.read_le<std::uint16_t>();
  const auto server = cursor.read_bytes(50);
  const auto header_size = server && cursor.skip(4) ? cursor.read_le<std::uint8_t>() : std::nullopt;
  const auto lengths = cursor.read_bytes(kKnownLengths);
  if (!version || !header_size || !lengths) {
    return corrupt("FORMAT_DESCRIPTION is cut off");
  }
  const auto length_of = [&lengths](EventType type) {
    return std::to_integer<unsigned>((*lengths)[static_cast<unsigned>(type) - 1U]);
  };
  // MySQL 9 says 0 for row events of version 1, which it no longer knows.
  const unsigned rows_v1 = length_of(EventType::WriteRowsV1);
  if (*version != 4 || *header_size != EventHeader::kSize || length_of(EventType::Query) != 13 ||
      length_of(EventType::TableMap) != 8 || (rows_v1 != 8 && rows_v1 != 0)) {
    return Error{ErrorCode::Unsupported,
                 "the log is in a format of servers before MySQL 5.1, which is not decoded"};
  }
  std::string_view name = as_text(*server);
  name = name.substr(0, name.find('\0'));
  const Flavour flavour =
      name.find("MariaDB") != std::string_view::npos ? Flavour::MariaDb : Flavour::MySql;
  if (flavour != flavour_) {
    maps_.clear();  // the same bytes may mean something else
    flavour_ = flavour;
  }
  forget_table_ids();
  // No transaction spans files: the server ended before the open one did.
  return phase_ == Phase::Idle ? Decoded{Nothing{}} : on_end(false);
}

Result<Decoded> Decoder::on_gtid(const RawEvent& event) {
  const bool is_maria = event.header.type == EventType::MariaGtid;
  const auto head = is_maria                                     ? decode_maria_gtid(event)
                    : event.header.type == EventType::GtidTagged ? decode_gtid_tagged(event.body)
                                                                 : decode_gtid(event);
  if (!head) {
    return head.error();
  }
  if (phase_ != Phase::Idle) {
    return corrupt("transaction " + to_string(head->gtid) + " begins inside transaction " +
                   to_string(gtid_));
  }
  gtid_ = head->gtid;
  if (is_maria) {
    phase_ = head->is_standalone ? Phase::Standalone : Phase::Open;
  } else {
    phase_ = Phase::AwaitsBegin;
  }
  return Decoded{TransactionBegin{.gtid = gtid_, .committed_at_us = head->committed_at_us}};
}

Result<Decoded> Decoder::on_begin() {
  switch (phase_) {
    case Phase::Idle:
      phase_ = Phase::Open;
      gtid_ = Gtid{};
      return Decoded{TransactionBegin{}};
    case Phase::AwaitsBegin:
    case Phase::Standalone: phase_ = Phase::Open; return Decoded{Nothing{}};
    case Phase::Open: break;
  }
  return corrupt("a transaction begins inside another");
}

Decoded Decoder::on_end(bool is_committed) noexcept {
  forget_table_ids();
  if (phase_ == Phase::Idle) {
    return Nothing{};
  }
  phase_ = Phase::Idle;
  return TransactionEnd{.is_committed = is_committed};
}

Decoded Decoder::on_statement(Statement statement, std::string_view database,
                              std::string_view sql) {
  bool ends = phase_ != Phase::Open;
  if (statement.kind == StatementKind::Xa) {
    const XaVerb verb = xa_verb(sql);
    ends = verb == XaVerb::Closes;
    if (verb == XaVerb::Opens) {
      phase_ = Phase::Open;
    }
  }
  if (ends) {
    phase_ = Phase::Idle;
    forget_table_ids();
  }
  return StatementEvent{.statement = std::move(statement),
                        .database = database,
                        .sql = sql,
                        .ends_transaction = ends};
}

Result<Decoded> Decoder::on_query(std::span<const std::byte> body) {
  const auto query = read_query(body);
  if (!query) {
    return corrupt("QUERY is cut off");
  }
  const std::string_view sql = query->sql;
  if (sql == "BEGIN") {
    return on_begin();
  }
  if (sql == "COMMIT") {
    return on_end(true);
  }
  // MariaDB writes "# Dummy event …" in place of what an old replica would not know.
  if (sql.empty() || sql.starts_with('#')) {
    return Decoded{Nothing{}};
  }
  Statement statement = parse_statement(sql, query->ansi_quotes);
  switch (statement.kind) {
    case StatementKind::Begin: return on_begin();
    case StatementKind::Commit: return on_end(true);
    case StatementKind::Rollback: return on_end(false);
    default: return on_statement(std::move(statement), query->database, sql);
  }
}

Result<Decoded> Decoder::on_table_map(std::span<const std::byte> body) {
  ByteCursor cursor{body};
  const auto id = cursor.read_le<std::uint64_t, 6>();
  if (!id) {
    return corrupt("TABLE_MAP is cut off");
  }
  if (phase_ == Phase::Idle) {
    return corrupt("TABLE_MAP outside a transaction: the stream does not begin where one does");
  }
  if (const auto place = maps_.find(*id); place != maps_.end()) {
    CachedMap& cached = place->second;
    if (cached.bytes.size() == body.size() &&
        std::memcmp(cached.bytes.data(), body.data(), body.size()) == 0) {
      cached.statement = statement_;
      return Decoded{TableMapped{.table = cached.map}};
    }
  }
  auto map = decode_table_map(body, flavour_);
  if (!map) {
    return std::move(map).error();
  }
  if (maps_.size() >= kMaxCachedMaps) {
    std::erase_if(maps_,
                  [this](const auto& entry) { return entry.second.statement != statement_; });
  }
  auto shared = std::make_shared<const TableMap>(*std::move(map));
  maps_.insert_or_assign(
      *id, CachedMap{.bytes = {body.begin(), body.end()}, .map = shared, .statement = statement_});
  return Decoded{TableMapped{.table = std::move(shared)}};
}

Result<Decoded> Decoder::on_rows(const RawEvent& event) {
  constexpr std::uint16_t kEndsStatement = 1;
  const std::string_view name = to_string(event.header.type);
  const RowsShape shape = shape_of(event.header.type);
  auto head = read_rows_head(event.body, shape.has_extra_data);
  if (!head) {
    return corrupt(std::string{name} + " is cut off");
  }
  const auto place = maps_.find(head->table_id);
  if (place == maps_.end() || place->second.statement != statement_) {
    if (is_dummy(head->table_id)) {
      forget_table_ids();
      return Decoded{Nothing{}};
    }
    return corrupt(std::string{name} + " is of table id " + std::to_string(head->table_id) +
                   ", which no TABLE_MAP of its statement names");
  }
  Rows rows{.operation = shape.operation,
            .table = place->second.map,
            .before_present = {},
            .after_present = {},
            .images = {},
            .ends_statement = (head->flags & kEndsStatement) != 0};
  const std::size_t column_count = rows.table->schema->columns.size();
  if (head->rest.read_lenenc() != column_count) {
    return corrupt(std::string{name} + " has another count of columns than its table map");
  }
  if (!read_presence(head->rest, column_count, rows)) {
    return corrupt(std::string{name} + " is cut off");
  }
  if (rows.ends_statement) {
    forget_table_ids();
  }
  return Decoded{std::move(rows)};
}

}  // namespace replikey::decode
