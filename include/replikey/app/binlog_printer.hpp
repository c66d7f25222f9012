#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "replikey/app/output.hpp"
#include "replikey/base/result.hpp"
#include "replikey/decode/decoder.hpp"
#include "replikey/model/event_framer.hpp"
#include "replikey/value/document.hpp"

namespace replikey::app {

/// Prints the row changes and DDL statements of binlog files, one JSON object per line. Keep one
/// for all files: its buffers are reused. Thread: any one at a time.
class BinlogPrinter {
 public:
  /// `warn` is told of what the files do not show.
  BinlogPrinter(LineWriter& out, std::function<void(std::string_view)> warn)
      : out_{out}, warn_{std::move(warn)} {}

  /// Fails with what ends the file early, or with the first row that cannot be printed, while all
  /// others are; file:position first. Closed: nobody reads what is printed any more.
  [[nodiscard]] Status print(const std::filesystem::path& path);

 private:
  [[nodiscard]] Status print_events(const std::filesystem::path& path);
  [[nodiscard]] Status print_event(const RawEvent& event);
  [[nodiscard]] Status print_rows(const RawEvent& event, const decode::Rows& rows);
  [[nodiscard]] Status print_statement(const RawEvent& event,
                                       const decode::StatementEvent& statement);
  /// What every line of an event says after its type.
  void describe(const RawEvent& event, std::string_view database, std::string_view table);
  void use_schema(std::shared_ptr<const TableSchema> schema);
  [[nodiscard]] Status append_change(const decode::RowChange& change);
  [[nodiscard]] Status append_image(std::string_view name, Row row);
  void leave_out(Error why, std::uint64_t position);

  LineWriter& out_;
  std::function<void(std::string_view)> warn_;
  EventFramer framer_;
  decode::Decoder decoder_;
  decode::RowCursor cursor_;
  std::string path_;
  std::string file_;  ///< Name that lines show.
  std::optional<Error> first_unprinted_;
  std::uint64_t unprinted_ = 0;  ///< Rows of the file that hold a value this build cannot write.
  std::string described_;
  std::shared_ptr<const TableSchema> schema_;
  std::vector<value::Member> members_;  ///< All columns of schema_.
};

/// Whether a statement defines something (CREATE, ALTER, DROP, RENAME, TRUNCATE, whatever of).
[[nodiscard]] bool is_definition(std::string_view sql) noexcept;

}  // namespace replikey::app
