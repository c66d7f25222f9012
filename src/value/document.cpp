#include "replikey/value/document.hpp"

#include "cell_writer.hpp"

#include "replikey/value/cell_text.hpp"

namespace replikey::value {

Status append_document(std::string& out, Row row, std::span<const Column> columns,
                       std::span<const Member> members, const Format& format) {
  out.push_back('{');
  bool is_first = true;
  for (const Member& member : members) {
    const Cell& cell = row[member.column];
    if (cell.is_absent() || (cell.is_null() && format.nulls == Nulls::Omit)) {
      continue;
    }
    if (!is_first) {
      out.push_back(',');
    }
    is_first = false;
    out.append(member.quoted_name);
    if (cell.is_null()) {
      out.append("null", 4);
      continue;
    }
    const Column& column = columns[member.column];
    const Fault fault = write_json(out, cell, column, format);
    if (fault != Fault::None) {
      return to_error(fault, column, cell.size);
    }
  }
  out.push_back('}');
  return ok();
}

std::string quoted_name(std::string_view name) {
  std::string quoted;
  append_json_string(quoted, name);
  quoted.push_back(':');
  return quoted;
}

}  // namespace replikey::value
