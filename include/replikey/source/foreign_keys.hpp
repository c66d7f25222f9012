#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace replikey::source {

/// A foreign key that changes rows of its own table when a row it refers to changes.
struct Cascade {
  std::string name;
  std::string referenced;  ///< "table" or "database.table".
  std::string actions;     ///< "ON DELETE CASCADE ON UPDATE SET NULL".

  friend bool operator==(const Cascade&, const Cascade&) = default;
};

/// The cascades among the foreign keys of what SHOW CREATE TABLE prints. Pure. (In MariaDB,
/// information_schema shows foreign keys only to accounts that may change the table.)
[[nodiscard]] std::vector<Cascade> cascades_in(std::string_view create_table);

}  // namespace replikey::source
