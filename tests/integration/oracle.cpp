#include "oracle.hpp"

#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

namespace replikey::test {
namespace {

using nlohmann::json;

constexpr std::size_t kLines = 20;

bool is_asked_in_hex(Kind kind) {
  return kind == Kind::Text || kind == Kind::Bytes || kind == Kind::Json;
}

/// The value in a form that every server gives the same way.
std::string expression(const ExpectedColumn& column) {
  const auto name = "`" + column.name + "`";
  switch (column.kind) {
    case Kind::Integer: return name + " + 0";
    case Kind::Float:
    case Kind::Double: return name + " + 0e0";
    case Kind::Decimal:
    case Kind::Temporal: return "CAST(" + name + " AS CHAR)";
    case Kind::Text: return "HEX(CONVERT(" + name + " USING utf8mb4))";
    case Kind::Bytes: return "HEX(" + name + ")";
    case Kind::Json: return "HEX(CONVERT(CAST(" + name + " AS CHAR) USING utf8mb4))";
  }
  throw std::logic_error{"no such kind"};
}

std::string from_hex(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    out += static_cast<char>(std::stoi(std::string{hex.substr(i, 2)}, nullptr, 16));
  }
  return out;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8U | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += i + j <= bytes.size() ? kDigits[group >> (18U - 6U * j) & 63U] : '=';
    }
  }
  return out;
}

/// The members of a JSON object in order, each value as it is written.
std::vector<std::pair<std::string, std::string>> members(const std::string& document) {
  if (!json::accept(document)) {
    throw std::runtime_error{"not JSON"};
  }
  std::vector<std::pair<std::string, std::string>> out;
  std::size_t depth = 0;
  bool in_string = false;
  bool in_value = false;
  std::string name;
  std::string token;
  for (std::size_t i = 0; i < document.size(); ++i) {
    const char c = document[i];
    if (in_string) {
      token += c;
      if (c == '\\') {
        token += document[++i];
      } else if (c == '"') {
        in_string = false;
      }
      continue;
    }
    const bool is_closing = c == '}' || c == ']';
    depth -= is_closing ? 1U : 0U;
    if (depth == 0 && (c == '{' || c == '}')) {
      if (is_closing && in_value) {
        out.emplace_back(name, token);
      }
    } else if (depth == 1 && !in_value && c == ':') {
      name = json::parse(token).get<std::string>();
      token.clear();
      in_value = true;
    } else if (depth == 1 && in_value && c == ',') {
      out.emplace_back(name, token);
      token.clear();
      in_value = false;
    } else {
      token += c;
      in_string = c == '"';
    }
    depth += c == '{' || c == '[' ? 1U : 0U;
  }
  return out;
}

bool is_same_number(Kind kind, const std::string& is, const std::string& ought) {
  if (is.empty()) {
    return false;
  }
  char* end = nullptr;
  if (kind == Kind::Float) {
    return std::strtof(is.c_str(), &end) == std::strtof(ought.c_str(), nullptr) && *end == '\0';
  }
  return std::strtod(is.c_str(), &end) == std::strtod(ought.c_str(), nullptr) && *end == '\0';
}

/// `ought` is what the server gave, hexadecimal undone.
bool is_same_in_hash(Kind kind, const std::string& is, const std::string& ought) {
  const bool is_number = kind == Kind::Float || kind == Kind::Double;
  return is_number ? is_same_number(kind, is, ought) : is == ought;
}

bool is_same_in_document(Kind kind, const std::string& is,
                         const std::optional<std::string>& ought) {
  if (!ought) {
    return is == "null";
  }
  switch (kind) {
    case Kind::Integer:
    case Kind::Decimal: return is == *ought;
    case Kind::Float:
    case Kind::Double: return is_same_number(kind, is, *ought);
    case Kind::Text:
    case Kind::Temporal: return json::parse(is) == json(*ought);
    case Kind::Bytes: return is == '"' + base64(*ought) + '"';
    case Kind::Json: return json::parse(is) == json::parse(*ought);
  }
  throw std::logic_error{"no such kind"};
}

std::string shown(const std::optional<std::string>& value) {
  constexpr std::size_t kLongest = 300;
  return value
             ? json(value->substr(0, kLongest)).dump(-1, ' ', true, json::error_handler_t::replace)
             : "NULL";
}

/// One row against what stands at its key.
class RowCheck {
 public:
  RowCheck(const ExpectedKeys& rule, const std::string& key,
           const std::vector<std::optional<std::string>>& values)
      : rule_{rule}, key_{key}, values_{values} {}

  void document(const std::optional<std::string>& is) {
    if (!is) {
      lines.push_back(key_ + " is missing");
      return;
    }
    const auto all = members(*is);
    if (all.size() != rule_.columns.size()) {
      lines.push_back(key_ + " has " + std::to_string(all.size()) + " members: " + shown(*is));
      return;
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto& column = rule_.columns[i];
      if (all[i].first != column.name ||
          !is_same_in_document(column.kind, all[i].second, values_[i])) {
        tell(all[i].first, all[i].second, i);
      }
    }
  }

  void hash(std::map<std::string, std::string> is) {
    if (is.empty()) {
      lines.push_back(key_ + " is missing");
      return;
    }
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const auto& column = rule_.columns[i];
      const auto found = is.extract(column.name);
      const auto value = found ? std::optional{found.mapped()} : std::nullopt;
      if (value.has_value() != values_[i].has_value() ||
          (value && !is_same_in_hash(column.kind, *value, *values_[i]))) {
        tell(column.name, value, i);
      }
    }
    for (const auto& [field, value] : is) {
      lines.push_back(key_ + " has a field " + field + " too many");
    }
  }

  void ttl(std::int64_t milliseconds) {
    constexpr std::int64_t kHour = 3'600'000;
    const bool is_right =
        rule_.has_ttl ? milliseconds > 0 && milliseconds <= kHour : milliseconds == -1;
    if (!is_right) {
      lines.push_back(key_ + " has a PTTL of " + std::to_string(milliseconds));
    }
  }

  std::vector<std::string> lines;

 private:
  void tell(const std::string& name, const std::optional<std::string>& is, std::size_t column) {
    lines.push_back(key_ + " " + name + ": " + shown(is) + " instead of " +
                    rule_.columns[column].name + " " + shown(values_[column]));
  }

  const ExpectedKeys& rule_;
  const std::string& key_;
  const std::vector<std::optional<std::string>>& values_;
};

std::string select_for(const ExpectedKeys& rule) {
  std::string text = "SELECT HEX(CONVERT(" + rule.key + " USING utf8mb4))";
  for (const auto& column : rule.columns) {
    text += ", " + expression(column);
  }
  return text + " FROM " + rule.table;
}

}  // namespace

std::vector<std::string> differences(SqlClient sql, RedisClient redis,
                                     const std::vector<ExpectedKeys>& all, std::size_t* key_count) {
  std::set<std::string> extra;
  for (auto& key : redis.keys()) {
    if (!key.starts_with("replikey:")) {
      extra.insert(std::move(key));
    }
  }
  std::vector<std::string> lines;
  std::size_t count = 0;
  sql.exec("SET time_zone = '+00:00', sql_mode = ''");
  for (const auto& rule : all) {
    for (auto& row : sql.query(select_for(rule))) {
      ++count;
      const auto key = from_hex(row.at(0).value());
      row.erase(row.begin());
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i] && is_asked_in_hex(rule.columns[i].kind)) {
          row[i] = from_hex(*row[i]);
        }
      }
      RowCheck check{rule, key, row};
      try {
        if (rule.is_hash) {
          check.hash(redis.hgetall(key));
        } else {
          check.document(redis.get(key));
        }
        if (check.lines.empty()) {
          check.ttl(redis.command({"PTTL", key}).integer);
        }
      } catch (const std::exception& error) {
        check.lines.push_back(key + ": " + error.what());
      }
      extra.erase(key);
      for (auto& line : check.lines) {
        if (lines.size() < kLines) {
          lines.push_back(std::move(line));
        }
      }
    }
  }
  for (const auto& key : extra) {
    if (lines.size() < kLines) {
      lines.push_back(shown(key) + " ought not to be");
    }
  }
  if (key_count != nullptr) {
    *key_count = count;
  }
  return lines;
}

bool is_settled(RedisClient redis, std::string_view name, const MysqlServer::BinlogEnd& end) {
  std::size_t lanes = 0;
  const auto fields = redis.hgetall("replikey:{" + std::string{name} + "}:progress");
  for (const auto& [field, text] : fields) {
    if (!field.starts_with("lane:")) {
      continue;
    }
    const auto lane = json::parse(text);
    for (const auto* what : {"judged", "applied"}) {
      if (lane.at(what).at("file") != end.file || lane.at(what).at("position") != end.position) {
        return false;
      }
    }
    ++lanes;
  }
  return lanes > 0;
}

}  // namespace replikey::test
