#include "replikey/model/binlog_position.hpp"

#include <charconv>
#include <system_error>

namespace replikey {

namespace {

std::size_t digits_start(std::string_view file) noexcept {
  std::size_t start = file.size();
  while (start > 0 && file[start - 1] >= '0' && file[start - 1] <= '9') {
    --start;
  }
  // The number is an extension: "mysql57" alone has none.
  if (start == file.size() || start == 0 || file[start - 1] != '.') {
    return file.size();
  }
  return start;
}

}  // namespace

std::uint64_t file_number(std::string_view file) noexcept {
  const std::string_view digits = file.substr(digits_start(file));
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return failure == std::errc{} ? number : 0;
}

std::string_view file_base(std::string_view file) noexcept {
  const std::size_t start = digits_start(file);
  return start == file.size() ? file : file.substr(0, start - 1);
}

std::strong_ordering compare(const BinlogPosition& a, const BinlogPosition& b) noexcept {
  if (a.file.empty() != b.file.empty()) {
    return a.file.empty() ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  if (const auto by_file = file_number(a.file) <=> file_number(b.file); by_file != nullptr) {
    return by_file;
  }
  return a.offset <=> b.offset;
}

std::string to_string(const BinlogPosition& position) {
  return position.file + ":" + std::to_string(position.offset);
}

Result<BinlogPosition> parse_binlog_position(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) {
    return Error{ErrorCode::InvalidConfig, "\"" + std::string{text} +
                                               "\" is no binlog position; expected FILE:OFFSET, "
                                               "such as binlog.000012:1234"};
  }
  BinlogPosition position;
  position.file = text.substr(0, colon);
  const char* const last = text.data() + text.size();
  const auto [end, failure] = std::from_chars(text.data() + colon + 1, last, position.offset);
  if (failure != std::errc{} || end != last) {
    return Error{ErrorCode::InvalidConfig,
                 "\"" + std::string{text.substr(colon + 1)} + "\" is no offset in a binlog"};
  }
  return position;
}

}  // namespace replikey
