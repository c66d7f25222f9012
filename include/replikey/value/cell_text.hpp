#pragma once

#include <string>

#include "replikey/base/result.hpp"
#include "replikey/model/cell.hpp"
#include "replikey/model/column.hpp"
#include "replikey/value/format.hpp"

namespace replikey::value {

/// The one place where a cell becomes text. Both append to `out` and allocate nothing but what
/// `out` needs to grow. `cell` must be a value (not Null, not Absent). Thread: any.
///
/// Fail with CorruptData (bytes contradict the type) or Unsupported (a charset that cannot be
/// converted yet, signedness nobody knows); `out` then has undefined trailing bytes: the caller
/// truncates. Messages name the column.

/// As in a hash field, a key or a plain string: digits, UTF-8 text, raw bytes for binary columns.
[[nodiscard]] Status append_text(std::string& out, const Cell& cell, const Column& column,
                                 const Format& format);

/// As a value inside a JSON document: number, string with quotes (base64 for binary columns), or
/// an embedded JSON value.
[[nodiscard]] Status append_json(std::string& out, const Cell& cell, const Column& column,
                                 const Format& format);

/// `text` (UTF-8) with quotes and escapes, as JSON wants it. Invalid UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace replikey::value
