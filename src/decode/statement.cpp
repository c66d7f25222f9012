#include "replikey/decode/statement.hpp"

#include <array>
#include <initializer_list>
#include <utility>

#include "sql_lexer.hpp"

namespace replikey::decode {

namespace {

constexpr std::size_t kMaxNesting = 8;  // SET STATEMENT … FOR SET STATEMENT … FOR …

/// Reads one statement; each function takes what follows the words in its name.
class StatementReader {
 public:
  StatementReader(std::string_view sql, bool ansi_quotes) noexcept : lexer_{sql, ansi_quotes} {}

  Statement read(std::size_t nesting = 0);

 private:
  void read_create();
  void read_alter();
  void read_alter_table();
  void read_drop();
  void read_rename();
  void read_rollback();
  void read_delete();
  void read_load();
  void read_with();
  void read_index_owner();
  void read_table_rows();
  bool read_row_change(const Token& verb);

  void skip_words(std::initializer_list<std::string_view> words) noexcept;
  void skip_if_exists() noexcept;
  void skip_wait() noexcept;
  bool skip_to(std::string_view word) noexcept;
  void step(std::size_t& depth) noexcept;
  bool take_table();
  void take_tables();
  void take_database();

  SqlLexer lexer_;
  Statement statement_;
};

void StatementReader::skip_words(std::initializer_list<std::string_view> words) noexcept {
  bool is_one = true;
  while (is_one) {
    is_one = false;
    for (const std::string_view word : words) {
      is_one = is_one || lexer_.accept(word);
    }
  }
}

void StatementReader::skip_if_exists() noexcept {
  if (lexer_.accept("IF")) {
    skip_words({"NOT", "EXISTS"});
  }
}

// MariaDB: WAIT n or NOWAIT after a table's name.
void StatementReader::skip_wait() noexcept {
  if (lexer_.accept("WAIT")) {
    lexer_.take();
  } else {
    lexer_.accept("NOWAIT");
  }
}

void StatementReader::step(std::size_t& depth) noexcept {
  const Token token = lexer_.take();
  if (token.is_symbol('(')) {
    ++depth;
  } else if (token.is_symbol(')') && depth > 0) {
    --depth;
  }
}

// To behind the next `word` that stands outside parentheses.
bool StatementReader::skip_to(std::string_view word) noexcept {
  std::size_t depth = 0;
  while (lexer_.peek().kind != TokenKind::End) {
    if (depth == 0 && lexer_.accept(word)) {
      return true;
    }
    step(depth);
  }
  return false;
}

bool StatementReader::take_table() {
  lexer_.accept_symbol('.');  // ODBC's ".table"
  if (!lexer_.peek().can_be_name()) {
    return false;
  }
  TableName name{.database = {}, .table = lexer_.take().name()};
  if (lexer_.accept_symbol('.')) {
    if (!lexer_.peek().can_be_name()) {
      return false;
    }
    name.database = std::move(name.table);
    name.table = lexer_.take().name();
  }
  statement_.tables.push_back(std::move(name));
  return true;
}

void StatementReader::take_tables() {
  while (take_table()) {
    skip_wait();
    if (!lexer_.accept_symbol(',')) {
      return;
    }
  }
}

void StatementReader::take_database() {
  if (lexer_.peek().can_be_name()) {
    statement_.tables.push_back(TableName{.database = lexer_.take().name(), .table = {}});
  }
}

// CREATE and DROP INDEX: the table is named after ON.
void StatementReader::read_index_owner() {
  skip_if_exists();
  lexer_.take();
  if (skip_to("ON") && take_table()) {
    statement_.kind = StatementKind::Alter;
  }
}

void StatementReader::read_create() {
  skip_words({"OR", "REPLACE", "ONLINE", "OFFLINE", "UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR"});
  statement_.is_temporary = lexer_.accept("TEMPORARY");
  if (lexer_.accept("TABLE") || lexer_.accept("SEQUENCE")) {
    statement_.kind = StatementKind::Create;
    skip_if_exists();
    take_table();
  } else if (lexer_.accept("INDEX")) {
    read_index_owner();
  } else if (lexer_.accept("DATABASE") || lexer_.accept("SCHEMA")) {
    statement_.kind = StatementKind::CreateDatabase;
    skip_if_exists();
    take_database();
  }
}

void StatementReader::read_alter() {
  skip_words({"ONLINE", "OFFLINE", "IGNORE"});
  if (lexer_.accept("TABLE") || lexer_.accept("SEQUENCE")) {
    read_alter_table();
    return;
  }
  if (!lexer_.accept("DATABASE") && !lexer_.accept("SCHEMA")) {
    return;
  }
  statement_.kind = StatementKind::AlterDatabase;
  for (const std::string_view option :
       {"CHARACTER", "CHARSET", "DEFAULT", "COLLATE", "COMMENT", "ENCRYPTION", "READ"}) {
    if (lexer_.peek().is(option)) {  // no name: the default database
      return;
    }
  }
  take_database();
}

// Also names the tables that RENAME TO, EXCHANGE PARTITION … WITH TABLE, CONVERT … TABLE name.
void StatementReader::read_alter_table() {
  statement_.kind = StatementKind::Alter;
  skip_if_exists();
  take_table();
  skip_wait();
  std::size_t depth = 0;
  bool starts_action = true;
  while (lexer_.peek().kind != TokenKind::End) {
    if (depth == 0 && lexer_.accept("TABLE")) {
      take_table();
      continue;
    }
    if (depth == 0 && starts_action && lexer_.accept("RENAME")) {
      starts_action = false;
      const Token& next = lexer_.peek();
      if (next.is("COLUMN") || next.is("INDEX") || next.is("KEY") || next.is("CONSTRAINT")) {
        continue;
      }
      skip_words({"TO", "AS"});
      lexer_.accept_symbol('=');
      take_table();
      continue;
    }
    starts_action = lexer_.peek().is_symbol(',');
    step(depth);
  }
}

void StatementReader::read_drop() {
  skip_words({"ONLINE", "OFFLINE"});
  statement_.is_temporary = lexer_.accept("TEMPORARY");
  if (lexer_.accept("TABLE") || lexer_.accept("TABLES") || lexer_.accept("SEQUENCE")) {
    statement_.kind = StatementKind::Drop;
    skip_if_exists();
    take_tables();
  } else if (lexer_.accept("INDEX")) {
    read_index_owner();
  } else if (lexer_.accept("DATABASE") || lexer_.accept("SCHEMA")) {
    statement_.kind = StatementKind::DropDatabase;
    skip_if_exists();
    take_database();
  }
}

void StatementReader::read_rename() {
  if (!lexer_.accept("TABLE") && !lexer_.accept("TABLES")) {
    return;
  }
  statement_.kind = StatementKind::Rename;
  skip_if_exists();
  while (take_table()) {
    skip_wait();
    if (!lexer_.accept("TO") || !take_table() || !lexer_.accept_symbol(',')) {
      return;
    }
  }
}

void StatementReader::read_rollback() {
  lexer_.accept("WORK");
  statement_.kind = lexer_.accept("TO") ? StatementKind::RollbackTo : StatementKind::Rollback;
}

void StatementReader::read_delete() {
  skip_words({"LOW_PRIORITY", "QUICK", "IGNORE", "HISTORY"});
  if (!lexer_.accept("FROM")) {
    take_tables();  // DELETE a, b FROM …
    return;
  }
  take_tables();
}

void StatementReader::read_load() {
  if (!lexer_.accept("DATA") && !lexer_.accept("XML")) {
    return;
  }
  statement_.kind = StatementKind::RowChange;
  if (skip_to("INTO") && lexer_.accept("TABLE")) {
    take_table();
  }
}

void StatementReader::read_with() {
  std::size_t depth = 0;
  while (lexer_.peek().kind != TokenKind::End) {
    if (depth == 0 && read_row_change(lexer_.peek())) {
      return;
    }
    step(depth);
  }
}

// Behind INSERT, REPLACE and UPDATE.
void StatementReader::read_table_rows() {
  skip_words({"LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "INTO"});
  take_table();
}

// SELECT and DO stand in the log only when a function they call changed rows.
bool StatementReader::read_row_change(const Token& verb) {
  const bool is_delete = verb.is("DELETE");
  const bool names_table = verb.is("INSERT") || verb.is("REPLACE") || verb.is("UPDATE");
  if (!is_delete && !names_table && !verb.is("CALL") && !verb.is("SELECT") && !verb.is("DO")) {
    return false;
  }
  statement_.kind = StatementKind::RowChange;
  lexer_.take();
  if (is_delete) {
    read_delete();
  } else if (names_table) {
    read_table_rows();
  }
  return true;
}

Statement StatementReader::read(std::size_t nesting) {
  struct Opening {
    std::string_view word;
    StatementKind kind;
    void (StatementReader::*rest)();
  };
  static constexpr std::array kOpenings{
      Opening{"BEGIN", StatementKind::Begin, nullptr},
      Opening{"COMMIT", StatementKind::Commit, nullptr},
      Opening{"SAVEPOINT", StatementKind::Savepoint, nullptr},
      Opening{"RELEASE", StatementKind::ReleaseSavepoint, nullptr},
      Opening{"XA", StatementKind::Xa, nullptr},
      Opening{"ROLLBACK", StatementKind::Rollback, &StatementReader::read_rollback},
      Opening{"CREATE", StatementKind::Other, &StatementReader::read_create},
      Opening{"ALTER", StatementKind::Other, &StatementReader::read_alter},
      Opening{"DROP", StatementKind::Other, &StatementReader::read_drop},
      Opening{"RENAME", StatementKind::Other, &StatementReader::read_rename},
      Opening{"LOAD", StatementKind::Other, &StatementReader::read_load},
      Opening{"WITH", StatementKind::Other, &StatementReader::read_with},
  };
  while (lexer_.accept_symbol('(') || lexer_.accept_symbol(';')) {
  }
  for (const Opening& opening : kOpenings) {
    if (lexer_.accept(opening.word)) {
      statement_.kind = opening.kind;
      if (opening.rest != nullptr) {
        (this->*opening.rest)();
      }
      return std::move(statement_);
    }
  }
  if (lexer_.accept("START")) {
    if (lexer_.accept("TRANSACTION")) {
      statement_.kind = StatementKind::Begin;
    }
  } else if (lexer_.accept("TRUNCATE")) {
    statement_.kind = StatementKind::Truncate;
    lexer_.accept("TABLE");
    take_table();
  } else if (lexer_.accept("SET")) {
    // MariaDB: SET STATEMENT variable = value FOR statement.
    if (nesting < kMaxNesting && lexer_.accept("STATEMENT") && skip_to("FOR")) {
      return read(nesting + 1);
    }
  } else {
    read_row_change(lexer_.peek());
  }
  return std::move(statement_);
}

}  // namespace

Statement parse_statement(std::string_view sql, bool ansi_quotes) {
  return StatementReader{sql, ansi_quotes}.read();
}

}  // namespace replikey::decode
