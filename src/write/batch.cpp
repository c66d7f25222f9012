#include "batch.hpp"

#include <algorithm>

#include "replikey/base/resp_reader.hpp"

namespace replikey::write {

std::string describe(const Batch& batch, const BatchedChange& change) {
  const auto& schema = change.plan->schema();
  const auto& target = change.plan->targets()[change.target];
  RespReader reader{
      batch.request.view().substr(change.bytes_begin, change.bytes_end - change.bytes_begin)};
  std::string key;
  if (const auto command = reader.next(); command && command->size() > 1) {
    key = (*command)[1];
  }
  return "table " + schema.database + "." + schema.table + " at " + *change.file + ":" +
         std::to_string(change.position) + " (rule \"" + target.rule->name() + "\", key \"" + key +
         "\")";
}

const BatchedChange& change_of(const Batch& batch, std::size_t command) {
  const auto after = std::upper_bound(
      batch.changes.begin(), batch.changes.end(), command,
      [](std::size_t at, const BatchedChange& change) { return at < change.first_command; });
  return *std::prev(after);
}

}  // namespace replikey::write
