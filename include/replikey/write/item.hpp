#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "replikey/model/gtid.hpp"
#include "replikey/queue/chunk_pool.hpp"
#include "replikey/render/commands.hpp"
#include "replikey/route/table_plan.hpp"

namespace replikey::write {

/// A transaction begins; comes before its first change on a lane. `file` lives as long as the
/// session.
struct Begin {
  const std::string* file = nullptr;
  std::uint64_t start = 0;  ///< Offset where the transaction starts.
  Gtid gtid;
};

/// One routed row change. The bytes it points to belong to `chunk`, of which it is one holder.
struct Change {
  queue::Chunk* chunk = nullptr;
  const route::TablePlan* plan = nullptr;
  const std::byte* before = nullptr;
  const std::byte* after = nullptr;
  const std::byte* before_present = nullptr;  ///< Bitmap, one bit per column of the table.
  const std::byte* after_present = nullptr;
  const char* key = nullptr;
  std::uint64_t row = 0;       ///< Which row change of its transaction this is, from 1.
  std::uint64_t position = 0;  ///< End position of its event, for messages.
  std::uint32_t before_size = 0;
  std::uint32_t after_size = 0;
  std::uint32_t key_size = 0;
  std::uint16_t target = 0;  ///< Index into the plan's targets.
  render::Action action = render::Action::Write;
  bool completes_row = true;  ///< No further item of this row follows on this lane.
};

/// A transaction is finished; comes to every lane.
struct End {
  const std::string* file = nullptr;
  std::uint64_t end = 0;  ///< Offset after the transaction.
  Gtid gtid;
  std::int64_t timestamp = 0;  ///< Seconds since 1970 UTC.
};

using Item = std::variant<Begin, Change, End>;

}  // namespace replikey::write
