#include "replikey/route/table_pattern.hpp"

#include <fnmatch.h>

namespace replikey::route {
namespace {

bool is_literal(std::string_view text) {
  return text.find_first_of("*?[\\") == std::string_view::npos;
}

bool glob_matches(const std::string& pattern, std::string_view text) {
  return is_literal(pattern) ? pattern == text
                             : fnmatch(pattern.c_str(), std::string{text}.c_str(), 0) == 0;
}

}  // namespace

Result<TablePattern> TablePattern::parse(std::string_view text) try {
  TablePattern out;
  out.text_ = text;
  if (text.size() >= 2 && text.front() == '/' && text.back() == '/') {
    out.regex_ = std::make_shared<const std::regex>(std::string{text.substr(1, text.size() - 2)},
                                                    std::regex::ECMAScript | std::regex::optimize);
    return out;
  }
  const auto dot = text.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == text.size()) {
    return Error{ErrorCode::InvalidConfig,
                 "table pattern \"" + std::string{text} +
                     "\" is not of the form database.table (or /regex/ over it)"};
  }
  out.database_ = text.substr(0, dot);
  out.table_ = text.substr(dot + 1);
  return out;
} catch (const std::regex_error& error) {
  return Error{ErrorCode::InvalidConfig, "table pattern \"" + std::string{text} +
                                             "\" is not a regular expression: " + error.what()};
}

bool TablePattern::matches(std::string_view database, std::string_view table) const {
  if (regex_) {
    std::string name{database};
    name += '.';
    name += table;
    return std::regex_match(name, *regex_);
  }
  return glob_matches(database_, database) && glob_matches(table_, table);
}

std::string TablePattern::literal_database() const {
  return is_literal(database_) ? database_ : std::string{};
}

}  // namespace replikey::route
