#include "replikey/route/key_template.hpp"

#include <algorithm>
#include <iterator>

#include "replikey/base/nearest.hpp"
#include "replikey/value/cell_text.hpp"

namespace replikey::route {
namespace {

Error bad_template(std::string_view text, std::size_t at, std::string_view why) {
  return Error{ErrorCode::InvalidConfig, "key template \"" + std::string{text} + "\", character " +
                                             std::to_string(at + 1) + ": " + std::string{why}};
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// What separates columns, and '%': what a value must not look like. Of the text between two
/// columns that is its punctuation (of ":item_" the ':' and the '_'), or all of it where it has
/// none; text before the first column and after the last one separates nothing.
std::string separators_of(std::span<const KeyTemplate::Part> parts) {
  std::string out = "%";
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
    const auto& literal = parts[i].literal;
    const auto size = out.size();
    std::copy_if(literal.begin(), literal.end(), std::back_inserter(out),
                 [](char c) { return c != '%' && !is_alphanumeric(c); });
    if (out.size() == size) {
      out += literal;
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void percent_encode(std::string& out, std::size_t from, std::string_view escaped) {
  if (std::string_view{out}.substr(from).find_first_of(escaped) == std::string_view::npos) {
    return;
  }
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const std::string value = out.substr(from);
  out.resize(from);
  for (const char c : value) {
    if (escaped.find(c) == std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 0xFU];
    }
  }
}

}  // namespace

Result<KeyTemplate> KeyTemplate::parse(std::string_view text) {
  KeyTemplate out;
  out.text_ = text;
  std::string literal;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c == '{' || c == '}') && i + 1 < text.size() && text[i + 1] == c) {
      literal += c;
      ++i;
    } else if (c == '{') {
      const auto close = text.find('}', i);
      if (close == std::string_view::npos) {
        return bad_template(text, i, "the brace is never closed");
      }
      const auto name = trimmed(text.substr(i + 1, close - i - 1));
      if (name.empty()) {
        return bad_template(text, i, "no column name between the braces");
      }
      if (name.find('|') != std::string_view::npos || name.front() == '@') {
        return bad_template(text, i, "functions and metadata are not available in this version");
      }
      if (name.find('{') != std::string_view::npos) {
        return bad_template(text, i, "a brace inside braces");
      }
      out.parts_.push_back({std::move(literal), std::string{name}});
      literal.clear();
      i = close;
    } else if (c == '}') {
      return bad_template(text, i, "a closing brace without an opening one; write }} for a brace");
    } else {
      literal += c;
    }
  }
  out.parts_.push_back({std::move(literal), {}});
  if (out.column_count() == 0) {
    return bad_template(text, 0, "no column in it: every row would share one key");
  }
  return out;
}

std::size_t KeyTemplate::column_count() const noexcept {
  return parts_.size() - 1;
}

Result<BoundKey> BoundKey::bind(const KeyTemplate& key, Escape escape,
                                std::span<const Column> columns) {
  BoundKey out;
  for (const auto& part : key.parts()) {
    int index = -1;
    if (!part.column.empty()) {
      const auto found = std::find_if(columns.begin(), columns.end(),
                                      [&](const Column& c) { return c.name == part.column; });
      if (found == columns.end()) {
        std::vector<std::string> names;
        for (const auto& column : columns) {
          names.push_back(column.name);
        }
        return Error{ErrorCode::Rejected,
                     "key template \"" + key.text() + "\" names the column \"" + part.column +
                         "\", which the table does not have" + did_you_mean(part.column, names) +
                         "; mend: name a column of the table in the rule"};
      }
      index = static_cast<int>(found - columns.begin());
      const auto column = static_cast<std::uint16_t>(index);
      if (std::find(out.columns_.begin(), out.columns_.end(), column) == out.columns_.end()) {
        out.columns_.push_back(column);
      }
    }
    out.parts_.push_back({part.literal, index});
  }
  if (escape == Escape::Percent && key.column_count() > 1) {
    out.escaped_ = separators_of(key.parts());
  }
  return out;
}

Status BoundKey::append(std::string& out, Row row, std::span<const Column> columns,
                        const value::Format& format) const {
  const auto before = out.size();
  for (const auto& part : parts_) {
    out += part.literal;
    if (part.column < 0) {
      continue;
    }
    const auto index = static_cast<std::size_t>(part.column);
    const auto& column = columns[index];
    if (!row[index].is_value()) {
      out.resize(before);
      if (row[index].is_null()) {
        return Error{ErrorCode::Rejected,
                     "the key needs column \"" + column.name +
                         "\", which is NULL in this row; mend: make the rule's key of columns that "
                         "are never NULL"};
      }
      return Error{ErrorCode::Unsupported,
                   "the key needs column \"" + column.name +
                       "\", which the row image does not carry; mend: SET GLOBAL "
                       "binlog_row_image = FULL"};
    }
    const auto from = out.size();
    if (auto status = value::append_text(out, row[index], column, format); !status) {
      out.resize(before);
      return status;
    }
    if (!escaped_.empty()) {
      percent_encode(out, from, escaped_);
    }
  }
  return ok();
}

bool BoundKey::differs(Row before, Row after) const noexcept {
  return std::any_of(columns_.begin(), columns_.end(), [&](std::uint16_t column) {
    const auto& a = before[column];
    const auto& b = after[column];
    return a.state != b.state || a.size != b.size || !std::equal(a.data, a.data + a.size, b.data);
  });
}

}  // namespace replikey::route
