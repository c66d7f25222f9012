#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace replikey::decode {

/// What a QUERY event's statement is, as far as replication must know.
enum class StatementKind : std::uint8_t {
  Begin,
  Commit,
  Rollback,
  Savepoint,
  RollbackTo,
  ReleaseSavepoint,
  Xa,        ///< XA START, END, PREPARE, COMMIT, ROLLBACK.
  Create,    ///< CREATE TABLE.
  Alter,     ///< ALTER TABLE, CREATE INDEX, DROP INDEX.
  Drop,      ///< DROP TABLE.
  Rename,    ///< RENAME TABLE.
  Truncate,  ///< TRUNCATE TABLE.
  CreateDatabase,
  DropDatabase,
  AlterDatabase,
  RowChange,  ///< INSERT, UPDATE, DELETE, REPLACE, LOAD, CALL …: rows changed without row events.
  Other,      ///< GRANT, ANALYZE, FLUSH, CREATE VIEW …: touches no row and no table's shape.
};

struct TableName {
  std::string database;  ///< Empty: the statement's default database.
  std::string table;
  friend bool operator==(const TableName&, const TableName&) = default;
};

struct Statement {
  StatementKind kind = StatementKind::Other;
  /// Tables a DDL statement (or, best effort, a RowChange) names, in order. RENAME lists old and
  /// new names alternately; ALTER names the new one of RENAME TO and a table it exchanges with.
  /// Statements about a database name it with an empty table, if they do not mean the default one.
  std::vector<TableName> tables;
  bool is_temporary = false;  ///< CREATE/DROP TEMPORARY TABLE.
};

/// Lexes just enough of `sql` to tell its kind and table names; understands comments (also
/// executable ones, /*! … */ and /*M! … */), quoting and ANSI_QUOTES, and never fails: what it
/// does not know is Other.
[[nodiscard]] Statement parse_statement(std::string_view sql, bool ansi_quotes = false);

}  // namespace replikey::decode
