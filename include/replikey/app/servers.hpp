#pragma once

#include <string_view>

#include "replikey/base/result.hpp"
#include "replikey/config/config.hpp"
#include "replikey/model/catalog_table.hpp"
#include "replikey/model/column.hpp"
#include "replikey/mysql/connection.hpp"
#include "replikey/redis/connection.hpp"

namespace replikey::app {

/// A connection of a command's own, beside a running replikey's. The message names the server.
[[nodiscard]] Result<mysql::Connection> open_mysql(const config::Config& config);
[[nodiscard]] Result<redis::Connection> open_redis(const config::Config& config);

/// The table as rules are bound to it: names, labels and primary key; not how its rows look in
/// the binlog.
[[nodiscard]] TableSchema schema_of(const CatalogTable& table);

}  // namespace replikey::app
