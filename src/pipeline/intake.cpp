#include "intake.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "undecoded.hpp"

namespace replikey::pipeline {
namespace {

std::string place(const RawEvent& event) {
  return *event.file + ":" + std::to_string(event.end);
}

std::string reset_to(const RawEvent& event) {
  return "replikey reset --config FILE --to " + place(event);
}

}  // namespace

Intake::Intake(source::BinlogSource& source, TablePlans& plans, std::span<LaneFeed> lanes,
               queue::ChunkPool& pool, Limits limits)
    : source_{source}, plans_{plans}, lanes_{lanes}, pool_{pool}, limits_{limits} {}

Intake::~Intake() {
  drop_pending();
  if (chunk_ != nullptr) {
    chunk_->release();
  }
}

Status Intake::run(const std::optional<StopAt>& target, const std::stop_token& stop,
                   const std::stop_token& abandon) {
  stop_ = stop;
  abandon_ = abandon;
  boundary_ = source_.resume_point().position;
  const auto server = source_.identity().uuid;
  while (!stop.stop_requested()) {
    if (target && !decoder_.in_transaction() && is_reached(*target)) {
      return ok();
    }
    auto fetched = source_.next(stop);
    if (!fetched) {
      return stop.stop_requested() ? ok() : Status{std::move(fetched).error()};
    }
    using Kind = source::BinlogSource::Fetched::Kind;
    switch (fetched->kind) {
      case Kind::Event:
        if (auto status = on_event(fetched->event); !status) {
          return stop.stop_requested() && status.error().code() == ErrorCode::Closed
                     ? ok()
                     : std::move(status);
        }
        break;
      case Kind::Restarted:
        on_restart();
        if (source_.identity().uuid != server) {
          has_other_server_ = true;
          return ok();
        }
        break;
      case Kind::Idle: break;
      case Kind::EndOfLog: return ok();
    }
  }
  return ok();
}

bool Intake::is_reached(const StopAt& target) const {
  const auto order = compare(boundary_, target.position);
  return target.is_inside ? order > 0 : order >= 0;
}

const std::string* Intake::intern(const std::string& file) {
  if (file_ == nullptr || *file_ != file) {
    file_ = &files_.emplace_back(file);
    file_number_ = file_number(file);
  }
  return file_;
}

/// The stream starts anew at the last boundary: what was held back is dropped, and what had flowed
/// to the lanes is counted so that it does not flow twice.
void Intake::on_restart() {
  decoder_.reset();
  drop_pending();
  repeated_rows_ = std::max(repeated_rows_, flowed_rows_);
  doom_.reset();
}

Status Intake::on_event(const RawEvent& event) {
  auto decoded = decoder_.decode(event);
  if (!decoded) {
    return refuse(event, std::move(decoded).error());
  }
  struct Visitor {
    Intake& self;
    const RawEvent& event;
    Status operator()(const decode::Nothing&) const { return ok(); }
    Status operator()(const decode::TableMapped& mapped) const {
      self.mapped_ = mapped.table;
      return ok();
    }
    Status operator()(const decode::GtidState&) const { return ok(); }
    Status operator()(const decode::TransactionBegin& begin) const {
      return self.on_begin(event, begin);
    }
    Status operator()(const decode::Rows& rows) const { return self.on_rows(event, rows); }
    Status operator()(const decode::TransactionEnd& end) const {
      return self.on_end(event, end.is_committed);
    }
    Status operator()(const decode::StatementEvent& statement) const {
      return self.on_statement(event, statement);
    }
  };
  if (auto status = std::visit(Visitor{*this, event}, *decoded); !status) {
    return refuse(event, std::move(status).error());
  }
  if (!decoder_.in_transaction() && event.end > event.start) {
    if (boundary_.file != *event.file) {
      boundary_.file = *event.file;
    }
    boundary_.offset = event.end;
  }
  return ok();
}

/// The stream stops at the event; where it could not go on from there whatever is mended, it stops
/// at the end of the transaction, so that the message can say what lies behind.
Status Intake::refuse(const RawEvent& event, Error error) {
  if (error.code() == ErrorCode::Closed || is_doomed_at_end_) {
    return error;
  }
  if (error.code() == ErrorCode::CorruptData) {
    return Error{error.code(), place(event) + ": " + error.message() +
                                   "; mend: restore the binary log, or write the rows of this "
                                   "transaction again and go on behind it by \"replikey reset "
                                   "--config FILE --to FILE:POSITION\""};
  }
  const bool is_whole = is_whole_transaction(event, decoder_);
  if (error.code() != ErrorCode::Unsupported || !(is_whole || decoder_.in_transaction())) {
    return std::move(error).with_context(place(event));
  }
  const bool has_mend = error.message().find("; mend: ") != std::string::npos;
  const auto table =
      mapped_ && error.message().find("table ") == std::string::npos
          ? "table " + mapped_->schema->database + "." + mapped_->schema->table + ": "
          : std::string{};
  doom(event,
       Error{ErrorCode::Unsupported, table + error.message() + (has_mend ? ", " : "; mend: ") +
                                         "write the rows of this transaction again"});
  drop_pending();
  return is_whole ? finish_transaction(event) : ok();
}

/// The first reason to stop after this transaction counts.
void Intake::doom(const RawEvent& event, Error why) {
  if (!doom_) {
    doom_ = std::move(why).with_context(place(event));
  }
}

Status Intake::on_begin(const RawEvent& event, const decode::TransactionBegin& begin) {
  const auto* file = intern(*event.file);
  if (repeated_rows_ > 0) {
    // The transaction that was under way when the stream broke comes again, and must be the same.
    const bool is_same = begin.gtid == transaction_.gtid &&
                         (begin.gtid.kind != Gtid::Kind::None ||
                          (*file == *transaction_.file && event.start == transaction_.start));
    if (!is_same) {
      return Error{ErrorCode::Rejected,
                   "part of a transaction was written to Redis, and after the stream was taken up "
                   "again another one came instead; mend: rows of " +
                       to_string(transaction_.gtid) +
                       " may have to be repaired by hand; then start again"};
    }
    transaction_.file = file;
    transaction_.start = event.start;
  } else {
    transaction_ = {.file = file, .start = event.start, .gtid = begin.gtid};
    ++transaction_count_;
  }
  row_ = 0;
  flowed_rows_ = 0;
  mapped_.reset();
  return ok();
}

Status Intake::on_end(const RawEvent& event, bool is_committed) {
  if (!is_committed) {
    if (flowed_rows_ > 0 || repeated_rows_ > 0) {
      return Error{ErrorCode::Rejected,
                   "a transaction larger than the memory limit was rolled back after part of it "
                   "was written to Redis; mend: raise memory_limit, repair its rows in Redis, "
                   "then " +
                       reset_to(event)};
    }
    drop_pending();
    if (event.header.type == EventType::FormatDescription) {
      transaction_.gtid = {};  // the server ended before the transaction did: it never was
    }
  }
  return finish_transaction(event);
}

Status Intake::finish_transaction(const RawEvent& event) {
  if (doom_) {
    drop_pending();
    is_doomed_at_end_ = true;
    return Error{doom_->code(), doom_->message() + ", then " + reset_to(event)};
  }
  if (!let_flow()) {
    return Error{ErrorCode::Closed, {}};
  }
  timestamp_ = event.header.timestamp;
  const write::End end{.file = intern(*event.file),
                       .end = event.end,
                       .gtid = transaction_.gtid,
                       .timestamp = timestamp_};
  for (auto& lane : lanes_) {
    if (!lane.inlet().push(end, abandon_)) {
      return Error{ErrorCode::Closed, {}};
    }
    lane.inlet().flush();
  }
  source_.mark_boundary(*event.file, event.end, transaction_.gtid);
  transaction_.gtid = {};
  row_ = 0;
  flowed_rows_ = 0;
  repeated_rows_ = 0;
  return ok();
}

Status Intake::on_statement(const RawEvent& event, const decode::StatementEvent& statement) {
  using decode::StatementKind;
  switch (statement.statement.kind) {
    case StatementKind::RowChange: {
      std::string table;
      for (const auto& name : statement.statement.tables) {
        table += table.empty() ? "" : ", ";
        table += name.database.empty() ? std::string{statement.database} : name.database;
        table += "." + name.table;
      }
      doom(event, Error{ErrorCode::Rejected,
                        "a statement changed rows of table " + table +
                            " without row events (binlog_format was not ROW in that session); "
                            "mend: SET GLOBAL binlog_format = ROW, reconnect that client, write "
                            "these rows again (UPDATE … with ROW format)"});
      break;
    }
    case StatementKind::Xa:
      return Error{
          ErrorCode::Unsupported,
          "XA transactions are not decoded in this version of replikey; mend: use ordinary "
          "ones on tables with rules"};
    case StatementKind::RollbackTo:
      return Error{ErrorCode::Unsupported,
                   "ROLLBACK TO SAVEPOINT is not decoded in this version of replikey"};
    case StatementKind::Create:
    case StatementKind::Alter:
    case StatementKind::Drop:
    case StatementKind::Rename:
    case StatementKind::Truncate:
    case StatementKind::DropDatabase:
      if (auto status = on_schema_change(event, statement); !status) {
        return status;
      }
      break;
    case StatementKind::Begin:
    case StatementKind::Commit:
    case StatementKind::Rollback:
    case StatementKind::Savepoint:
    case StatementKind::ReleaseSavepoint:
    case StatementKind::CreateDatabase:
    case StatementKind::AlterDatabase:
    case StatementKind::Other: break;
  }
  return statement.ends_transaction ? finish_transaction(event) : ok();
}

Status Intake::on_schema_change(const RawEvent& event, const decode::StatementEvent& statement) {
  using decode::StatementKind;
  const auto kind = statement.statement.kind;
  if (statement.statement.is_temporary) {
    return ok();
  }
  const bool removes_rows = kind == StatementKind::Drop || kind == StatementKind::Truncate;
  for (const auto& name : statement.statement.tables) {
    const auto database =
        name.database.empty() ? statement.database : std::string_view{name.database};
    plans_.forget(database, name.table);
    if (removes_rows && plans_.removes_on_truncate(database, name.table)) {
      doom(event,
           Error{ErrorCode::Unsupported,
                 std::string{kind == StatementKind::Drop ? "DROP TABLE " : "TRUNCATE TABLE "} +
                     std::string{database} + "." + name.table +
                     ": removing what its rules wrote is not available in this version of "
                     "replikey; mend: remove those keys from Redis (or give the rules "
                     "on_truncate: ignore)"});
    }
  }
  if (kind == StatementKind::DropDatabase) {
    const auto database = statement.statement.tables.empty()
                              ? statement.database
                              : std::string_view{statement.statement.tables.front().database};
    if (plans_.removes_on_drop_of(database)) {
      doom(event,
           Error{ErrorCode::Unsupported,
                 "DROP DATABASE " + std::string{database} +
                     ": removing what its tables' rules wrote is not available in this version "
                     "of replikey; mend: remove those keys from Redis (or give the rules "
                     "on_truncate: ignore)"});
    }
  }
  return ok();
}

}  // namespace replikey::pipeline
