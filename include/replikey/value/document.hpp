#pragma once

#include <span>
#include <string>
#include <string_view>

#include "replikey/base/result.hpp"
#include "replikey/model/cell.hpp"
#include "replikey/model/column.hpp"
#include "replikey/value/format.hpp"

namespace replikey::value {

/// One member of a document: which column, and under which name, already quoted and escaped
/// with its colon ("\"title\":"), so that a row only copies it.
struct Member {
  std::uint16_t column = 0;
  std::string quoted_name;
};

/// Appends the row as a JSON object with the given members in order. Absent columns are left out.
/// Fails as append_json does.
[[nodiscard]] Status append_document(std::string& out, Row row, std::span<const Column> columns,
                                     std::span<const Member> members, const Format& format);

/// "\"name\":" for Member.
[[nodiscard]] std::string quoted_name(std::string_view name);

}  // namespace replikey::value
