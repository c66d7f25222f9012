#include "replikey/catalog/catalog.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace replikey::catalog {
namespace {

std::uint16_t number_of(std::string_view text) noexcept {
  std::uint16_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string lower_case(std::string_view text) {
  std::string lower{text};
  for (char& c : lower) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return lower;
}

/// The column that a check of the form "json_valid(`name`)" is about, or nothing.
std::optional<std::string> json_valid_column(std::string_view clause) {
  constexpr std::string_view kHead = "json_valid(`";
  constexpr std::string_view kTail = "`)";
  if (!lower_case(clause).starts_with(kHead) || !clause.ends_with(kTail)) {
    return std::nullopt;
  }
  clause.remove_prefix(kHead.size());
  clause.remove_suffix(kTail.size());
  std::string name;
  for (std::size_t i = 0; i < clause.size(); ++i) {
    if (clause[i] == '`') {
      ++i;  // a backtick in a name is doubled
      if (i == clause.size() || clause[i] != '`') {
        return std::nullopt;
      }
    }
    name += clause[i];
  }
  return name;
}

std::optional<std::uint16_t> index_of(const CatalogTable& table, std::string_view column) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name == column) {
      return static_cast<std::uint16_t>(i);
    }
  }
  return std::nullopt;
}

CatalogColumn column_of(const mysql::Table& rows, std::size_t row) {
  CatalogColumn column;
  column.name = rows.text(row, 0);
  column.data_type = lower_case(rows.text(row, 1));
  column.column_type = rows.text(row, 2);
  column.charset = rows.text(row, 3);
  column.collation = number_of(rows.text(row, 4));
  column.is_nullable = rows.text(row, 5) == "YES";
  const std::string type = lower_case(column.column_type);
  column.is_unsigned = type.find(" unsigned") != std::string::npos;
  if (column.data_type == "enum" || column.data_type == "set") {
    column.labels = parse_labels(column.column_type);
    column.is_unsigned = false;  // a label may say the word
  }
  const bool is_bytes = column.data_type == "binary" || column.data_type == "varbinary" ||
                        column.data_type.find("blob") != std::string::npos;
  if (is_bytes && column.collation == 0) {
    constexpr std::uint16_t kBinaryCollation = 63;
    column.collation = kBinaryCollation;
  }
  return column;
}

}  // namespace

std::vector<std::string> parse_labels(std::string_view column_type) {
  std::vector<std::string> labels;
  std::size_t at = column_type.find('\'');
  while (at != std::string_view::npos) {
    std::string label;
    for (++at; at < column_type.size(); ++at) {
      if (column_type[at] == '\'') {
        if (at + 1 == column_type.size() || column_type[at + 1] != '\'') {
          break;
        }
        ++at;  // a quote in a label is doubled
      }
      label += column_type[at];
    }
    labels.push_back(std::move(label));
    at = column_type.find('\'', at + 1);
  }
  return labels;
}

Catalog::Catalog(mysql::ConnectionOptions options) : options_{std::move(options)} {}

Status Catalog::connect() {
  auto opened = mysql::Connection::open(options_);
  if (!opened) {
    return std::move(opened).error();
  }
  connection_ = std::move(*opened);
  return ok();
}

Result<mysql::Table> Catalog::query(std::string_view sql) {
  const bool was_connected = connection_.has_value();
  if (!was_connected) {
    if (auto connected = connect(); !connected) {
      return std::move(connected).error();
    }
  }
  auto answer = connection_->query(sql);
  if (answer || !answer.error().is_retryable()) {
    return answer;
  }
  connection_.reset();
  if (!was_connected) {
    return answer;
  }
  // An idle connection is closed by the server sooner or later.
  return query(sql);
}

Result<bool> Catalog::add_columns(CatalogTable& into) {
  // Collation ids by name. MariaDB since 10.10 has collations with an id per charset, and shows
  // those in a table of their own.
  auto rows = query(
      "SELECT c.COLUMN_NAME, c.DATA_TYPE, c.COLUMN_TYPE, c.CHARACTER_SET_NAME,"
      " (SELECT MAX(k.ID) FROM information_schema.COLLATIONS k"
      "   WHERE k.COLLATION_NAME = c.COLLATION_NAME),"
      " c.IS_NULLABLE, c.COLLATION_NAME"
      " FROM information_schema.COLUMNS c WHERE c.TABLE_SCHEMA = " +
      connection_->quote(into.database) + " AND c.TABLE_NAME = " + connection_->quote(into.table) +
      " ORDER BY c.ORDINAL_POSITION");
  if (!rows) {
    return std::move(rows).error();
  }
  for (std::size_t row = 0; row < rows->rows.size(); ++row) {
    CatalogColumn column = column_of(*rows, row);
    const std::string_view collation = rows->text(row, 6);
    if (column.collation == 0 && !collation.empty()) {
      auto id = connection_->query_value(
          "SELECT ID FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY"
          " WHERE FULL_COLLATION_NAME = " +
          connection_->quote(collation));
      column.collation = id && *id ? number_of(**id) : std::uint16_t{0};
    }
    into.columns.push_back(std::move(column));
  }
  return !into.columns.empty();
}

Status Catalog::add_primary_key(CatalogTable& into) {
  auto rows = query(
      "SELECT COLUMN_NAME FROM information_schema.STATISTICS WHERE INDEX_NAME = 'PRIMARY'"
      " AND TABLE_SCHEMA = " +
      connection_->quote(into.database) + " AND TABLE_NAME = " + connection_->quote(into.table) +
      " ORDER BY SEQ_IN_INDEX");
  if (!rows) {
    return std::move(rows).error();
  }
  for (std::size_t row = 0; row < rows->rows.size(); ++row) {
    if (const auto index = index_of(into, rows->text(row, 0))) {
      into.primary_key.push_back(*index);
    }
  }
  return ok();
}

// MariaDB's JSON is a LONGTEXT with a check that its content is valid.
Status Catalog::mark_json_columns(CatalogTable& into) {
  const bool has_checks =
      connection_->flavour() == Flavour::MariaDb && connection_->version().at_least(10, 2, 22);
  const bool has_candidates =
      std::any_of(into.columns.begin(), into.columns.end(),
                  [](const CatalogColumn& column) { return column.data_type == "longtext"; });
  if (!has_checks || !has_candidates) {
    return ok();
  }
  auto rows = query(
      "SELECT CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = " +
      connection_->quote(into.database) + " AND TABLE_NAME = " + connection_->quote(into.table));
  if (!rows) {
    return std::move(rows).error();
  }
  for (std::size_t row = 0; row < rows->rows.size(); ++row) {
    const auto name = json_valid_column(rows->text(row, 0));
    const auto index = name ? index_of(into, *name) : std::nullopt;
    if (index && into.columns[*index].data_type == "longtext") {
      into.columns[*index].is_json_text = true;
    }
  }
  return ok();
}

Result<CatalogTable> Catalog::read_table(std::string_view database, std::string_view table) {
  CatalogTable result;
  result.database = database;
  result.table = table;
  auto found = add_columns(result);
  if (!found) {
    return std::move(found).error();
  }
  if (!*found) {
    return Error{ErrorCode::Rejected, result.database + "." + result.table +
                                          " does not exist, or the account may not see it"};
  }
  if (auto added = add_primary_key(result); !added) {
    return std::move(added).error();
  }
  if (auto marked = mark_json_columns(result); !marked) {
    return std::move(marked).error();
  }
  return result;
}

Result<CatalogTable> Catalog::table(std::string_view database, std::string_view table) {
  if (!connection_) {
    if (auto connected = connect(); !connected) {
      return std::move(connected).error();
    }
  }
  return read_table(database, table);
}

Result<std::vector<std::pair<std::string, std::string>>> Catalog::tables() {
  auto rows = query(
      "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE TABLE_TYPE NOT LIKE"
      " '%VIEW%' AND TABLE_SCHEMA NOT IN ('mysql','information_schema','performance_schema','sys')"
      " ORDER BY 1, 2");
  if (!rows) {
    return std::move(rows).error();
  }
  std::vector<std::pair<std::string, std::string>> names;
  for (std::size_t row = 0; row < rows->rows.size(); ++row) {
    names.emplace_back(rows->text(row, 0), rows->text(row, 1));
  }
  return names;
}

}  // namespace replikey::catalog
