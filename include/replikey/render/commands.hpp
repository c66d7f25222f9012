#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "replikey/base/resp_buffer.hpp"
#include "replikey/base/result.hpp"
#include "replikey/model/cell.hpp"
#include "replikey/route/table_plan.hpp"

namespace replikey::render {

/// What a change does at one key.
enum class Action : std::uint8_t {
  Write,   ///< The row comes to this key: what was there is replaced.
  Update,  ///< The row stays at this key with new values.
  Remove,  ///< The row leaves this key.
};

/// Appends the Redis commands that carry out `action` at `key` and returns how many they are.
/// `before` may be empty (inserts, or not known); `after` is empty for Remove. Pure; allocates
/// only what `out` needs to grow. Thread: any.
/// Fails with CorruptData, Unsupported or Rejected, naming the column; `out` is then as it was.
[[nodiscard]] Result<std::size_t> append_commands(RespBuffer& out, const route::Target& target,
                                                  const TableSchema& schema, Action action,
                                                  std::string_view key, Row before, Row after);

/// The commands of `resp`, one per line, in the quoting redis-cli reads ("SET k \"a b\"\n").
[[nodiscard]] std::string to_redis_cli(std::string_view resp);

}  // namespace replikey::render
