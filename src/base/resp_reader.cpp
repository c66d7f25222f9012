#include "replikey/base/resp_reader.hpp"

#include <charconv>
#include <system_error>
#include <utility>

namespace replikey {

std::optional<std::size_t> RespReader::read_length(char kind) {
  const auto end = rest_.find("\r\n");
  if (end == std::string_view::npos || rest_.front() != kind) {
    return std::nullopt;
  }
  std::size_t length = 0;
  const auto* last = rest_.data() + end;
  const auto [digits_end, failure] = std::from_chars(rest_.data() + 1, last, length);
  // A longer length than what is there is no length, and must not be calculated with.
  if (failure != std::errc{} || digits_end != last || length > rest_.size()) {
    return std::nullopt;
  }
  rest_.remove_prefix(end + 2);
  return length;
}

std::optional<std::vector<std::string_view>> RespReader::next() {
  if (rest_.empty()) {
    return std::nullopt;
  }
  if (std::exchange(is_broken_, true)) {
    return std::nullopt;
  }
  const auto count = read_length('*');
  if (!count || *count == 0) {
    return std::nullopt;
  }
  std::vector<std::string_view> arguments;
  arguments.reserve(*count);
  for (std::size_t i = 0; i < *count; ++i) {
    const auto length = rest_.empty() ? std::nullopt : read_length('$');
    if (!length || rest_.size() < *length + 2 || rest_.substr(*length, 2) != "\r\n") {
      return std::nullopt;
    }
    arguments.push_back(rest_.substr(0, *length));
    rest_.remove_prefix(*length + 2);
  }
  is_broken_ = false;
  return arguments;
}

}  // namespace replikey
