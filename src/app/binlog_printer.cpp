#include "replikey/app/binlog_printer.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "replikey/app/binlog_file.hpp"
#include "replikey/value/cell_text.hpp"

namespace replikey::app {
namespace {

Status reader_gone() {
  return Error{ErrorCode::Closed, "nobody reads the output"};
}

std::string_view without_comments(std::string_view sql) noexcept {
  for (;;) {
    const auto begin = sql.find_first_not_of(" \t\r\n;(");
    sql.remove_prefix(std::min(begin, sql.size()));
    std::string_view end;
    if (sql.starts_with("/*!") || sql.starts_with("/*M!")) {
      // Executed: what is inside counts, after the version's digits.
      sql.remove_prefix(sql.find('!') + 1);
      sql.remove_prefix(std::min(sql.find_first_not_of("0123456789"), sql.size()));
      continue;
    }
    if (sql.starts_with("/*")) {
      end = "*/";
    } else if (sql.starts_with("-- ") || sql.starts_with('#')) {
      end = "\n";
    } else {
      return sql;
    }
    const auto at = sql.find(end);
    sql.remove_prefix(at == std::string_view::npos ? sql.size() : at + end.size());
  }
}

bool starts_with_word(std::string_view sql, std::string_view word) noexcept {
  return sql.size() > word.size() &&
         std::equal(
             word.begin(), word.end(), sql.begin(),
             [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); }) &&
         std::isalnum(static_cast<unsigned char>(sql[word.size()])) == 0;
}

}  // namespace

bool is_definition(std::string_view sql) noexcept {
  constexpr std::array<std::string_view, 5> kWords{"create", "alter", "drop", "rename", "truncate"};
  sql = without_comments(sql);
  return std::any_of(kWords.begin(), kWords.end(),
                     [sql](std::string_view word) { return starts_with_word(sql, word); });
}

Status BinlogPrinter::print(const std::filesystem::path& path) {
  path_ = path.string();
  unprinted_ = 0;
  first_unprinted_.reset();
  auto printed = print_events(path);
  if (!printed || !first_unprinted_) {
    return printed;
  }
  return Error{first_unprinted_->code(),
               first_unprinted_->message() + "; rows left out: " + std::to_string(unprinted_)};
}

Status BinlogPrinter::print_events(const std::filesystem::path& path) {
  auto file = BinlogFile::open(path);
  if (!file) {
    return std::move(file).error();
  }
  file_ = file->name();
  framer_.reset(ChecksumAlgorithm::None, path.string(), file->position());
  decoder_.reset();
  for (;;) {
    const auto begin = file->position();
    const auto where = path.string() + ":" + std::to_string(begin);
    auto bytes = file->next_event();
    if (!bytes) {
      return std::move(bytes).error();
    }
    if (!*bytes) {
      break;
    }
    auto event = framer_.frame(**bytes);
    if (!event) {
      return std::move(event).error();
    }
    if (event->end != event->start && event->end != file->position()) {
      return Error{ErrorCode::CorruptData, where + ": " +
                                               std::string{to_string(event->header.type)} +
                                               " says it ends at " + std::to_string(event->end) +
                                               ", but ends at " + std::to_string(file->position())};
    }
    if (auto printed = print_event(*event); !printed) {
      out_.text().resize(out_.mark());
      return printed.error().code() == ErrorCode::Closed
                 ? std::move(printed)
                 : Status{std::move(printed).error().with_context(where)};
    }
  }
  if (decoder_.in_transaction()) {
    return Error{ErrorCode::CorruptData,
                 path.string() + ":" + std::to_string(file->position()) +
                     ": the file ends inside of a transaction: it was cut short, or is still "
                     "being written"};
  }
  return ok();
}

Status BinlogPrinter::print_event(const RawEvent& event) {
  auto decoded = decoder_.decode(event);
  if (!decoded) {
    return std::move(decoded).error();
  }
  if (const auto* rows = std::get_if<decode::Rows>(&*decoded)) {
    return print_rows(event, *rows);
  }
  if (const auto* statement = std::get_if<decode::StatementEvent>(&*decoded)) {
    return print_statement(event, *statement);
  }
  return ok();
}

void BinlogPrinter::describe(const RawEvent& event, std::string_view database,
                             std::string_view table) {
  described_ = ",\"database\":";
  value::append_json_string(described_, database);
  if (!table.empty()) {
    described_ += ",\"table\":";
    value::append_json_string(described_, table);
  }
  described_ += ",\"file\":";
  value::append_json_string(described_, file_);
  described_ += ",\"position\":" + std::to_string(event.end);
  const auto gtid = to_string(decoder_.gtid());
  described_ += ",\"gtid\":";
  described_ += gtid.empty() ? "null" : '"' + gtid + '"';
  described_ += ",\"timestamp\":" + std::to_string(event.header.timestamp);
}

void BinlogPrinter::use_schema(std::shared_ptr<const TableSchema> schema) {
  if (schema == schema_) {
    return;
  }
  schema_ = std::move(schema);
  members_.clear();
  for (std::size_t i = 0; i < schema_->columns.size(); ++i) {
    members_.push_back(
        {static_cast<std::uint16_t>(i), value::quoted_name(schema_->columns[i].name)});
  }
}

Status BinlogPrinter::append_image(std::string_view name, Row row) {
  if (row.empty()) {
    return ok();
  }
  auto& text = out_.text();
  text += ",\"";
  text += name;
  text += "\":";
  return value::append_document(text, row, schema_->columns, members_, value::Format{});
}

Status BinlogPrinter::print_rows(const RawEvent& event, const decode::Rows& rows) {
  use_schema(rows.table->schema);
  describe(event, schema_->database, schema_->table);
  cursor_.reset(*schema_, rows);
  decode::RowChange change;
  for (;;) {
    const auto more = cursor_.next(change);
    if (!more) {
      return more.error();
    }
    if (!*more) {
      return ok();
    }
    if (auto appended = append_change(change); !appended) {
      leave_out(std::move(appended).error(), event.start);
      continue;
    }
    if (!out_.end_line()) {
      return reader_gone();
    }
  }
}

Status BinlogPrinter::append_change(const decode::RowChange& change) {
  auto& text = out_.text();
  text += R"({"type":")";
  text += to_string(change.operation);
  text += '"';
  text += described_;
  if (auto image = append_image("before", change.before); !image) {
    return image;
  }
  if (auto image = append_image("after", change.after); !image) {
    return image;
  }
  text += '}';
  return ok();
}

void BinlogPrinter::leave_out(Error why, std::uint64_t position) {
  out_.text().resize(out_.mark());
  ++unprinted_;
  if (!first_unprinted_) {
    first_unprinted_ = std::move(why).with_context(path_ + ":" + std::to_string(position) + ": " +
                                                   schema_->database + "." + schema_->table);
  }
}

Status BinlogPrinter::print_statement(const RawEvent& event,
                                      const decode::StatementEvent& statement) {
  const auto kind = statement.statement.kind;
  if (kind == decode::StatementKind::RowChange) {
    warn_(file_ + ":" + std::to_string(event.end) +
          ": a statement changed rows and the binlog does not say which (binlog_format was not "
          "ROW)");
    return ok();
  }
  if (!is_definition(statement.sql)) {
    return ok();
  }
  const auto& tables = statement.statement.tables;
  const bool names_table = !tables.empty();
  const std::string_view database = names_table && !tables.front().database.empty()
                                        ? std::string_view{tables.front().database}
                                        : statement.database;
  describe(event, database, names_table ? std::string_view{tables.front().table} : "");
  auto& text = out_.text();
  text += R"({"type":"ddl")";
  text += described_;
  text += ",\"statement\":";
  value::append_json_string(text, statement.sql);
  text += '}';
  return out_.end_line() ? ok() : reader_gone();
}

}  // namespace replikey::app
