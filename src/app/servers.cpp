#include "replikey/app/servers.hpp"

#include <string>
#include <utility>

namespace replikey::app {

Result<mysql::Connection> open_mysql(const config::Config& config) {
  const auto& options = config.pipeline.source.connection;
  auto connection = mysql::Connection::open(options);
  if (!connection) {
    return std::move(connection).error().with_context("MySQL " + mysql::endpoint_text(options));
  }
  return connection;
}

Result<redis::Connection> open_redis(const config::Config& config) {
  auto options = config.pipeline.write.connection;
  options.client_name.clear();  // that name is the running replikey's
  const auto where =
      options.socket.empty() ? options.host + ":" + std::to_string(options.port) : options.socket;
  auto connection = redis::Connection::open(options);
  if (!connection) {
    return std::move(connection).error().with_context("Redis " + where);
  }
  return connection;
}

TableSchema schema_of(const CatalogTable& table) {
  TableSchema schema{.database = table.database,
                     .table = table.table,
                     .columns = {},
                     .primary_key = table.primary_key,
                     .has_names = true};
  for (const auto& described : table.columns) {
    Column column;
    column.name = described.name;
    column.is_unsigned = described.is_unsigned;
    column.is_nullable = described.is_nullable;
    column.has_known_signedness = true;
    column.has_known_collation = described.collation != 0;
    column.collation = described.collation;
    column.labels = described.labels;
    column.logical = described.is_json_text ? LogicalType::JsonText : LogicalType::Plain;
    schema.columns.push_back(std::move(column));
  }
  return schema;
}

}  // namespace replikey::app
