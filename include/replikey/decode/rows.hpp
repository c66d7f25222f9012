#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "replikey/base/result.hpp"
#include "replikey/decode/table_map.hpp"
#include "replikey/model/cell.hpp"
#include "replikey/model/operation.hpp"

namespace replikey::decode {

/// One WRITE/UPDATE/DELETE_ROWS event, its header decoded and its rows not yet walked. Borrows the
/// event's bytes; `rebase` moves the views to a copy of them.
struct Rows {
  Operation operation = Operation::Insert;
  std::shared_ptr<const TableMap> table;
  std::span<const std::byte>
      before_present;  ///< Bitmap of columns in before images; empty for inserts.
  std::span<const std::byte>
      after_present;                  ///< Bitmap of columns in after images; empty for deletes.
  std::span<const std::byte> images;  ///< All rows, one after the other.
  bool ends_statement = false;

  /// Points the views, which look into `from`, at the same places of `to`.
  void rebase(std::span<const std::byte> from, std::span<const std::byte> to) noexcept;
};

/// Splits one row image into cells, one per column of `schema`; columns not in `present` become
/// Absent. Returns the bytes the image takes. `cells` is resized once and then reused.
/// Fails with CorruptData when a value runs past `bytes`, Unsupported for a value whose type does
/// not tell its size.
[[nodiscard]] Result<std::size_t> split_image(const TableSchema& schema,
                                              std::span<const std::byte> present,
                                              std::span<const std::byte> bytes,
                                              std::vector<Cell>& cells);

/// One changed row. Borrows: the cells live until the cursor's next step, the bytes they view as
/// long as the event's.
struct RowChange {
  Operation operation = Operation::Insert;
  Row before;  ///< Empty for inserts.
  Row after;   ///< Empty for deletes.
  std::span<const std::byte> before_image;
  std::span<const std::byte> after_image;
};

/// Walks the rows of events. Keep one and `reset` it: its scratch is reused, so that in the steady
/// state a row allocates nothing. Thread: any one at a time.
class RowCursor {
 public:
  /// `schema` and the bytes `rows` views must outlive the walk.
  void reset(const TableSchema& schema, const Rows& rows) noexcept;

  /// False at the end of the event. Fails with CorruptData.
  [[nodiscard]] Result<bool> next(RowChange& change);

 private:
  [[nodiscard]] Result<bool> split(std::span<const std::byte> present, std::vector<Cell>& cells,
                                   std::span<const std::byte>& image);

  const TableSchema* schema_ = nullptr;
  Operation operation_ = Operation::Insert;
  std::span<const std::byte> before_present_;
  std::span<const std::byte> after_present_;
  std::span<const std::byte> rest_;
  std::vector<Cell> before_;
  std::vector<Cell> after_;
  bool is_row_without_columns_ = false;
};

}  // namespace replikey::decode
