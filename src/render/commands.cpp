#include "replikey/render/commands.hpp"

#include <algorithm>

#include "replikey/base/resp_reader.hpp"
#include "replikey/value/cell_text.hpp"
#include "replikey/value/document.hpp"

namespace replikey::render {
namespace {

using route::Target;

Error lacks_column(const Column& column) {
  return Error{ErrorCode::Unsupported,
               "the row image does not carry column \"" + column.name +
                   "\"; mend: SET GLOBAL binlog_row_image = FULL, and for open sessions too"};
}

std::size_t remove_key(RespBuffer& out, std::string_view key) {
  out.command({"UNLINK", key});
  return 1;
}

Result<std::size_t> write_string(RespBuffer& out, const Target& target, const TableSchema& schema,
                                 std::string_view key, Row after) {
  const auto& options = target.rule->options();
  out.begin_command(options.ttl ? 5 : 3);
  out.argument("SET");
  out.argument(key);
  const auto open = out.open_argument();
  auto status =
      value::append_document(out.text(), after, schema.columns, target.members, options.format);
  if (!status) {
    return std::move(status).error();
  }
  out.close_argument(open);
  if (options.ttl) {
    out.argument("PX");
    out.integer_argument(options.ttl->count());
  }
  return 1;
}

/// A field holds text unless its column is NULL and NULLs are not written.
bool has_field(const Cell& cell, const value::Format& format) {
  return cell.is_value() || (cell.is_null() && format.nulls == value::Nulls::Empty);
}

Result<std::size_t> set_fields(RespBuffer& out, const Target& target, const TableSchema& schema,
                               std::string_view key, Row after, std::size_t fields) {
  const auto& format = target.rule->options().format;
  out.begin_command(2 + 2 * fields);
  out.argument("HSET");
  out.argument(key);
  for (const auto& member : target.members) {
    const auto& cell = after[member.column];
    if (!has_field(cell, format)) {
      continue;
    }
    const auto& column = schema.columns[member.column];
    out.argument(column.name);
    const auto open = out.open_argument();
    if (cell.is_value()) {
      if (auto status = value::append_text(out.text(), cell, column, format); !status) {
        return std::move(status).error();
      }
    }
    out.close_argument(open);
  }
  return 1;
}

/// HDEL for the columns that became NULL, or may have.
std::size_t remove_fields(RespBuffer& out, const Target& target, const TableSchema& schema,
                          std::string_view key, Row before, Row after) {
  const auto& format = target.rule->options().format;
  const auto left = [&](const value::Member& member) {
    return after[member.column].is_null() && !has_field(after[member.column], format) &&
           (before.empty() || !before[member.column].is_null());
  };
  const auto count =
      static_cast<std::size_t>(std::count_if(target.members.begin(), target.members.end(), left));
  if (count == 0) {
    return 0;
  }
  out.begin_command(2 + count);
  out.argument("HDEL");
  out.argument(key);
  for (const auto& member : target.members) {
    if (left(member)) {
      out.argument(schema.columns[member.column].name);
    }
  }
  return 1;
}

Result<std::size_t> write_hash(RespBuffer& out, const Target& target, const TableSchema& schema,
                               Action action, std::string_view key, Row before, Row after) {
  const auto& options = target.rule->options();
  std::size_t commands = 0;
  if (action == Action::Write) {
    commands += remove_key(out, key);
  } else {
    commands += remove_fields(out, target, schema, key, before, after);
  }
  const auto fields = static_cast<std::size_t>(std::count_if(
      target.members.begin(), target.members.end(),
      [&](const value::Member& m) { return has_field(after[m.column], options.format); }));
  if (fields > 0) {
    auto set = set_fields(out, target, schema, key, after, fields);
    if (!set) {
      return set;
    }
    commands += *set;
  }
  if (options.ttl) {
    out.begin_command(3);
    out.argument("PEXPIRE");
    out.argument(key);
    out.integer_argument(options.ttl->count());
    ++commands;
  }
  return commands;
}

bool is_quoted(std::string_view text) {
  return text.empty() || std::any_of(text.begin(), text.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte <= ' ' || byte >= 0x7F || c == '"' || c == '\'' || c == '\\';
         });
}

void append_quoted(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (byte < ' ' || byte >= 0x7F) {
          out += "\\x";
          out += kHex[byte >> 4U];
          out += kHex[byte & 0xFU];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

}  // namespace

Result<std::size_t> append_commands(RespBuffer& out, const Target& target,
                                    const TableSchema& schema, Action action, std::string_view key,
                                    Row before, Row after) {
  if (action == Action::Remove ||
      (target.rule->options().ttl && target.rule->options().ttl->count() <= 0)) {
    return remove_key(out, key);
  }
  for (const auto& member : target.members) {
    if (after[member.column].is_absent()) {
      return lacks_column(schema.columns[member.column]);
    }
  }
  const auto size = out.size();
  Result<std::size_t> commands = std::size_t{0};
  switch (target.rule->options().type) {
    case route::RuleType::String: commands = write_string(out, target, schema, key, after); break;
    case route::RuleType::Hash:
      commands = write_hash(out, target, schema, action, key, before, after);
      break;
  }
  if (!commands) {
    out.truncate(size);
  }
  return commands;
}

std::string to_redis_cli(std::string_view resp) {
  std::string out;
  RespReader reader{resp};
  while (const auto arguments = reader.next()) {
    for (std::size_t i = 0; i < arguments->size(); ++i) {
      if (i > 0) {
        out += ' ';
      }
      if (is_quoted((*arguments)[i])) {
        append_quoted(out, (*arguments)[i]);
      } else {
        out += (*arguments)[i];
      }
    }
    out += '\n';
  }
  return out;
}

}  // namespace replikey::render
