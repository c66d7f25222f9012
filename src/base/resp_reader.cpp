#include "replikey/base/resp_reader.hpp"

#include <charconv>

namespace replikey {

std::optional<std::size_t> RespReader::read_length(char kind) {
  const auto end = rest_.find("\r\n");
  if (end == std::string_view::npos || rest_.front() != kind) {
    return std::nullopt;
  }
  std::size_t length = 0;
  const auto* last = rest_.data() + end;
  if (std::from_chars(rest_.data() + 1, last, length).ptr != last) {
    return std::nullopt;
  }
  rest_.remove_prefix(end + 2);
  return length;
}

std::optional<std::vector<std::string_view>> RespReader::next() {
  if (rest_.empty()) {
    return std::nullopt;
  }
  const auto count = read_length('*');
  if (!count) {
    return std::nullopt;
  }
  std::vector<std::string_view> arguments;
  arguments.reserve(*count);
  for (std::size_t i = 0; i < *count; ++i) {
    const auto length = rest_.empty() ? std::nullopt : read_length('$');
    if (!length || rest_.size() < *length + 2) {
      return std::nullopt;
    }
    arguments.push_back(rest_.substr(0, *length));
    rest_.remove_prefix(*length + 2);
  }
  return arguments;
}

}  // namespace replikey
