#pragma once

#include <filesystem>
#include <functional>
#include <memory>
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

  /// Fails with what ends the file early, file:position first; what comes before was printed.
  /// Closed: nobody reads what is printed any more.
  [[nodiscard]] Status print(const std::filesystem::path& path);

 private:
  [[nodiscard]] Status print_event(const RawEvent& event);
  [[nodiscard]] Status print_rows(const RawEvent& event, const decode::Rows& rows);
  [[nodiscard]] Status print_statement(const RawEvent& event,
                                       const decode::StatementEvent& statement);
  /// What every line of an event says after its type.
  void describe(const RawEvent& event, std::string_view database, std::string_view table);
  void use_schema(std::shared_ptr<const TableSchema> schema);
  [[nodiscard]] Status append_image(std::string_view name, Row row);

  LineWriter& out_;
  std::function<void(std::string_view)> warn_;
  EventFramer framer_;
  decode::Decoder decoder_;
  decode::RowCursor cursor_;
  std::string file_;  ///< Name that lines show.
  std::string described_;
  std::shared_ptr<const TableSchema> schema_;
  std::vector<value::Member> members_;  ///< All columns of schema_.
};

/// Whether a statement defines something (CREATE, ALTER, DROP, RENAME, TRUNCATE, whatever of).
[[nodiscard]] bool is_definition(std::string_view sql) noexcept;

}  // namespace replikey::app
