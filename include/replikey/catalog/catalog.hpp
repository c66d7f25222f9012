#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "replikey/base/result.hpp"
#include "replikey/model/catalog_table.hpp"
#include "replikey/mysql/connection.hpp"
#include "replikey/mysql/options.hpp"

namespace replikey::catalog {

/// Tables as information_schema describes them now. Connects when first asked, and once more when
/// the connection is gone.
///
/// Thread: one at a time.
/// Fails as a Connection does; Rejected when the table does not exist or may not be seen.
class Catalog {
 public:
  explicit Catalog(mysql::ConnectionOptions options);

  [[nodiscard]] Result<CatalogTable> table(std::string_view database, std::string_view table);
  /// (database, table) of every table that is not the server's own; views are left out.
  [[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> tables();

 private:
  [[nodiscard]] Status connect();
  [[nodiscard]] Result<mysql::Table> query(std::string_view sql);
  [[nodiscard]] Result<CatalogTable> read_table(std::string_view database, std::string_view table);
  [[nodiscard]] Result<bool> add_columns(CatalogTable& into);
  [[nodiscard]] Status add_primary_key(CatalogTable& into);
  [[nodiscard]] Status mark_json_columns(CatalogTable& into);

  mysql::ConnectionOptions options_;
  std::optional<mysql::Connection> connection_;
};

/// The labels of "enum('a','it''s')" or "set(...)".
[[nodiscard]] std::vector<std::string> parse_labels(std::string_view column_type);

}  // namespace replikey::catalog
