#include "replikey/source/foreign_keys.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace replikey::source {
namespace {

/// Takes "`name`" off the front; a backtick in a name is doubled.
std::optional<std::string> take_name(std::string_view& text) {
  if (!text.starts_with('`')) {
    return std::nullopt;
  }
  std::string name;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '`') {
      if (i + 1 == text.size() || text[i + 1] != '`') {
        text.remove_prefix(i + 1);
        return name;
      }
      ++i;
    }
    name += text[i];
  }
  return std::nullopt;
}

bool take(std::string_view& text, std::string_view words) {
  if (!text.starts_with(words)) {
    return false;
  }
  text.remove_prefix(words.size());
  return true;
}

/// Takes "`a`, `b`)" off the front.
bool take_columns(std::string_view& text) {
  do {
    if (!take_name(text)) {
      return false;
    }
  } while (take(text, ", ") || take(text, ","));
  return take(text, ")");
}

/// `line` is one of SHOW CREATE TABLE, without the comma that ends it.
std::optional<Cascade> cascade_of(std::string_view line) {
  Cascade cascade;
  if (!take(line, "  CONSTRAINT ")) {
    return std::nullopt;
  }
  auto name = take_name(line);
  if (!name || !take(line, " FOREIGN KEY (") || !take_columns(line) ||
      !take(line, " REFERENCES ")) {
    return std::nullopt;
  }
  cascade.name = std::move(*name);
  auto referenced = take_name(line);
  if (referenced && take(line, ".")) {
    if (const auto table = take_name(line)) {
      *referenced += "." + *table;
    }
  }
  if (!referenced || !take(line, " (") || !take_columns(line)) {
    return std::nullopt;
  }
  cascade.referenced = std::move(*referenced);
  const bool changes_rows = line.find(" CASCADE") != std::string_view::npos ||
                            line.find(" SET ") != std::string_view::npos;
  if (!changes_rows) {
    return std::nullopt;
  }
  take(line, " ");
  cascade.actions = line;
  return cascade;
}

}  // namespace

std::vector<Cascade> cascades_in(std::string_view create_table) {
  std::vector<Cascade> cascades;
  for (std::size_t begin = 0; begin < create_table.size();) {
    const std::size_t end = std::min(create_table.find('\n', begin), create_table.size());
    std::string_view line = create_table.substr(begin, end - begin);
    if (line.ends_with(',')) {
      line.remove_suffix(1);
    }
    if (auto cascade = cascade_of(line)) {
      cascades.push_back(std::move(*cascade));
    }
    begin = end + 1;
  }
  return cascades;
}

}  // namespace replikey::source
