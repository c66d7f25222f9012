#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace replikey::app {

/// Lines to a file descriptor through one reused buffer. Once writing failed, nothing more is
/// written. Thread: any one at a time.
class LineWriter {
 public:
  /// Flushes when `capacity` bytes wait; with 0 after every line.
  explicit LineWriter(int descriptor, std::size_t capacity) noexcept
      : descriptor_{descriptor}, capacity_{capacity} {}
  ~LineWriter() { static_cast<void>(flush()); }
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  /// Where a line is built; end_line() ends it.
  [[nodiscard]] std::string& text() noexcept { return buffer_; }
  /// Size of the whole lines that wait: text().resize(mark()) drops a line half built.
  [[nodiscard]] std::size_t mark() const noexcept { return mark_; }
  /// False when what waits could not be written.
  bool end_line();
  bool line(std::string_view text);
  bool flush();

  /// 0, or the errno of the write that failed.
  [[nodiscard]] int error() const noexcept { return error_; }
  /// The reader went away, as `head` does: no fault.
  [[nodiscard]] bool is_reader_gone() const noexcept;

 private:
  int descriptor_;
  std::size_t capacity_;
  std::string buffer_;
  std::size_t mark_ = 0;
  int error_ = 0;
};

/// "replikey: TEXT" on stderr.
void complain(std::string_view text);

}  // namespace replikey::app
