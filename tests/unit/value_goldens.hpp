#pragma once

#include <charconv>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "replikey/base/byte_cursor.hpp"
#include "replikey/model/cell.hpp"

namespace replikey::value {

inline std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(end + 1);
  }
}

/// "00ff{7a*3}" → bytes 00 ff 7a 7a 7a.
inline std::string unhex(std::string_view text) {
  const auto number = [](std::string_view digits, int base) {
    std::size_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    return value;
  };
  std::string bytes;
  while (text.size() >= 2) {
    if (text.front() != '{') {
      bytes.push_back(static_cast<char>(number(text.substr(0, 2), 16)));
      text.remove_prefix(2);
      continue;
    }
    const std::size_t end = text.find('}');
    bytes.append(number(text.substr(4, end - 4), 10),
                 static_cast<char>(number(text.substr(1, 2), 16)));
    text.remove_prefix(end + 1);
  }
  return bytes;
}

/// Lines of tab-separated fields.
inline std::vector<std::vector<std::string>> read_table(const std::string& path) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream file{path};
  for (std::string line; std::getline(file, line);) {
    rows.push_back(split(line, '\t'));
  }
  return rows;
}

/// A view: `bytes` must outlive the cell.
inline Cell cell_of(std::string_view bytes) {
  return {.data = as_bytes(bytes).data(),
          .size = static_cast<std::uint32_t>(bytes.size()),
          .state = Cell::State::Value};
}

}  // namespace replikey::value
