#include "workload.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <exception>
#include <limits>
#include <stdexcept>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>

namespace replikey::test {
namespace {

using Literal = std::function<std::string(Random&)>;

constexpr std::string_view kHex = "0123456789ABCDEF";

std::string in_hex(std::string_view bytes) {
  std::string out = "x'";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kHex[byte >> 4U];
    out += kHex[byte & 15U];
  }
  return out + "'";
}

std::string utf8(std::string_view text) {
  return "_utf8mb4 " + in_hex(text);
}

std::string padded(std::int64_t number, std::size_t digits) {
  auto text = std::to_string(number);
  return std::string(digits - std::min(digits, text.size()), '0') + text;
}

/// Whole numbers of so many bits, the ends of the range often.
Literal integers(unsigned bits, bool is_signed) {
  return [bits, is_signed](Random& random) {
    const auto mask = bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
    const auto half = mask / 2;
    if (!is_signed) {
      const std::array<std::uint64_t, 5> ends{0, 1, half, half + 1, mask};
      return std::to_string(random.chance(40) ? random.one_of(ends) : random.bits() & mask);
    }
    const auto high = static_cast<std::int64_t>(half);
    const std::array<std::int64_t, 5> ends{-high - 1, -1, 0, 1, high};
    return std::to_string(random.chance(40) ? random.one_of(ends)
                                            : random.between(-high - 1, high));
  };
}

std::string floats(Random& random) {
  const std::array<const char*, 7> ends{
      "0", "-0e0", "3.402823e38", "-3.402823e38", "1.17549435e-38", "0.1", "16777216"};
  if (random.chance(30)) {
    return random.one_of(ends);
  }
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.9ge%d",
                static_cast<double>(random.between(-999'999'999, 999'999'999)) / 1e8,
                static_cast<int>(random.between(-36, 36)));
  return text.data();
}

std::string doubles(Random& random) {
  const std::array<const char*, 7> ends{
      "0e0",   "1.7976931348623157e308", "-1e-300",         "2.2250738585072014e-308",
      "0.1e0", "9007199254740993e0",     "-123456789.125e0"};
  if (random.chance(30)) {
    return random.one_of(ends);
  }
  std::array<char, 60> text{};
  std::snprintf(text.data(), text.size(), "%.17ge%d",
                static_cast<double>(random.between(-(1LL << 52), 1LL << 52)) / 1e15,
                static_cast<int>(random.between(-290, 290)));
  return text.data();
}

Literal decimals(int precision, int scale) {
  return [precision, scale](Random& random) {
    std::string text = random.chance(50) ? "-" : "";
    const bool is_full = random.chance(20);
    const auto digits = [&](int count) {
      for (int i = 0; i < count; ++i) {
        text += is_full ? '9' : static_cast<char>('0' + random.between(0, 9));
      }
    };
    text += "0";
    digits(is_full ? precision - scale : static_cast<int>(random.between(0, precision - scale)));
    if (scale > 0) {
      text += ".";
      digits(is_full ? scale : static_cast<int>(random.between(1, scale)));
    }
    return text;
  };
}

/// Text of up to so many characters, all of which `latin1` has if wanted.
Literal texts(std::int64_t longest, bool is_latin1 = false) {
  return [longest, is_latin1](Random& random) {
    static const std::vector<std::string> kLatin{"a", "Z", "7", " ", "\"", "\\", "'",  "\n",  "/",
                                                 "%", "{", "é", "ß", "Ä",  "€",  "\t", "\x01"};
    static const std::vector<std::string> kMore{"語", "я", "😀", "\u2028", "\u0301", "\x7F"};
    std::string text;
    const auto length = random.chance(15) ? 0 : random.between(0, longest);
    for (std::int64_t i = 0; i < length; ++i) {
      text += !is_latin1 && random.chance(25) ? random.one_of(kMore) : random.one_of(kLatin);
    }
    return utf8(text);
  };
}

Literal bytes(std::int64_t longest) {
  return [longest](Random& random) {
    std::string out;
    const auto length = random.chance(15) ? 0 : random.between(0, longest);
    for (std::int64_t i = 0; i < length; ++i) {
      out += static_cast<char>(random.chance(20) ? 0 : random.between(0, 255));
    }
    if (random.chance(30)) {
      std::fill(out.begin() + static_cast<std::ptrdiff_t>(out.size() / 2), out.end(), '\0');
    }
    return in_hex(out);
  };
}

/// Mostly short, now and then of `size` bytes.
Literal long_or_short(Literal of_short, std::size_t size, bool is_text) {
  return [of_short = std::move(of_short), size, is_text](Random& random) {
    if (!random.chance(4)) {
      return of_short(random);
    }
    const std::string part = is_text ? "x'C3A9'" : "x'00FF'";
    const auto repeated = "REPEAT(" + part + ", " + std::to_string(size / 2) + ")";
    return is_text ? "CONVERT(" + repeated + " USING utf8mb4)" : repeated;
  };
}

Literal one_of(std::vector<std::string> all) {
  return [all = std::move(all)](Random& random) { return random.one_of(all); };
}

std::string fraction(Random& random, int digits) {
  if (digits == 0) {
    return "";
  }
  const auto last = static_cast<std::int64_t>(std::pow(10, digits)) - 1;
  const auto value = random.chance(30) ? 0 : random.between(0, last);
  return "." + padded(random.chance(10) ? last : value, static_cast<std::size_t>(digits));
}

std::string clock_time(Random& random) {
  return padded(random.between(0, 23), 2) + ":" + padded(random.between(0, 59), 2) + ":" +
         padded(random.between(0, 59), 2);
}

std::string date(Random& random, std::int64_t first, std::int64_t last) {
  return padded(random.between(first, last), 4) + "-" + padded(random.between(1, 12), 2) + "-" +
         padded(random.between(1, 28), 2);
}

std::string dates(Random& random) {
  const std::array<const char*, 4> ends{"'0000-00-00'", "'1000-01-01'", "'9999-12-31'",
                                        "'2026-00-00'"};
  return random.chance(30) ? random.one_of(ends) : "'" + date(random, 1000, 9999) + "'";
}

Literal times(int digits) {
  return [digits](Random& random) -> std::string {
    if (random.chance(20)) {
      const std::array<const char*, 4> ends{"'838:59:59'", "'-838:59:59'", "'00:00:00'",
                                            "'-00:00:00.5'"};
      return random.one_of(ends);
    }
    return std::string{random.chance(50) ? "'-" : "'"} + std::to_string(random.between(0, 837)) +
           ":" + padded(random.between(0, 59), 2) + ":" + padded(random.between(0, 59), 2) +
           fraction(random, digits) + "'";
  };
}

Literal date_times(int digits) {
  return [digits](Random& random) -> std::string {
    if (random.chance(25)) {
      const std::array<const char*, 3> ends{"'0000-00-00 00:00:00'", "'1000-01-01 00:00:00'",
                                            "'9999-12-31 23:59:59'"};
      return random.one_of(ends);
    }
    return "'" + date(random, 1000, 9998) + " " + clock_time(random) + fraction(random, digits) +
           "'";
  };
}

Literal timestamps(int digits) {
  return [digits](Random& random) -> std::string {
    if (random.chance(25)) {
      const std::array<const char*, 3> ends{"'0000-00-00 00:00:00'", "'1970-01-01 00:00:01'",
                                            "'2038-01-19 03:14:07'"};
      return random.one_of(ends);
    }
    return "'" + date(random, 1971, 2037) + " " + clock_time(random) + fraction(random, digits) +
           "'";
  };
}

nlohmann::json random_json(Random& random, int depth) {
  using nlohmann::json;
  switch (random.between(0, depth > 0 ? 9 : 7)) {
    case 0: return nullptr;
    case 1: return random.chance(50);
    case 2: return random.between(-70000, 70000);
    case 3: return random.bits();
    case 4: return static_cast<double>(random.between(-1'000'000, 1'000'000)) / 1024.0;
    case 5: return "";
    case 6: return "é \"quoted\" \\ 😀 \n";
    case 7: return std::string(static_cast<std::size_t>(random.between(0, 300)), 'j');
    case 8: {
      auto out = json::array();
      for (auto i = random.between(0, 5); i > 0; --i) {
        out.push_back(random_json(random, depth - 1));
      }
      return out;
    }
    default: {
      auto out = json::object();
      for (auto i = random.between(0, 5); i > 0; --i) {
        out["k" + std::to_string(random.between(0, 99))] = random_json(random, depth - 1);
      }
      return out;
    }
  }
}

Literal documents(bool is_mariadb) {
  return [is_mariadb](Random& random) -> std::string {
    if (!is_mariadb && random.chance(20)) {
      return "JSON_OBJECT('at', CAST('2026-11-22 10:00:00.25' AS DATETIME(3)), 'sum', CAST(" +
             decimals(30, 10)(random) + " AS DECIMAL(30,10)), 'time', CAST('-01:02:03' AS TIME))";
    }
    return utf8(random_json(random, 3).dump(random.chance(30) ? 1 : -1));
  };
}

/// 'l0','l1',… as ENUM and SET want them.
std::string labels(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    out += (i == 0 ? "'l" : ",'l") + std::to_string(i) + "'";
  }
  return out;
}

std::vector<WorkloadColumn> columns_of_every(MysqlFlavour flavour) {
  std::vector<WorkloadColumn> all;
  const auto add = [&all](std::string name, std::string type, Kind kind, Literal literal) {
    all.push_back({std::move(name), std::move(type), kind, std::move(literal)});
  };
  const std::array<std::pair<const char*, unsigned>, 5> integer_types{
      {{"TINYINT", 8}, {"SMALLINT", 16}, {"MEDIUMINT", 24}, {"INT", 32}, {"BIGINT", 64}}};
  for (const auto& [type, bits] : integer_types) {
    add("i" + std::to_string(bits), type, Kind::Integer, integers(bits, true));
    add("u" + std::to_string(bits), std::string{type} + " UNSIGNED", Kind::Integer,
        integers(bits, false));
  }
  add("zeros", "INT(8) ZEROFILL", Kind::Integer, integers(20, false));
  add("yes", "BOOLEAN", Kind::Integer, integers(1, false));
  add("f", "FLOAT", Kind::Float, floats);
  add("d", "DOUBLE", Kind::Double, doubles);
  add("n65", "DECIMAL(65,30)", Kind::Decimal, decimals(65, 30));
  add("n10", "DECIMAL(10,2)", Kind::Decimal, decimals(10, 2));
  add("n9", "DECIMAL(9,0)", Kind::Decimal, decimals(9, 0));
  add("n20", "DECIMAL(20,20) UNSIGNED", Kind::Decimal, decimals(20, 20));
  for (const int bits : {1, 7, 8, 9, 31, 63, 64}) {
    add("bit" + std::to_string(bits), "BIT(" + std::to_string(bits) + ")", Kind::Integer,
        integers(static_cast<unsigned>(bits), false));
  }
  add("y", "YEAR", Kind::Integer, one_of({"1901", "2155", "2026", "'0000'"}));
  add("da", "DATE", Kind::Temporal, dates);
  for (int digits = 0; digits <= 6; ++digits) {
    const auto suffix = std::to_string(digits);
    add("ti" + suffix, "TIME(" + suffix + ")", Kind::Temporal, times(digits));
    add("dt" + suffix, "DATETIME(" + suffix + ")", Kind::Temporal, date_times(digits));
    add("ts" + suffix, "TIMESTAMP(" + suffix + ") NULL", Kind::Temporal, timestamps(digits));
  }
  add("c", "CHAR(10)", Kind::Text, texts(10));
  add("c255", "CHAR(255)", Kind::Text, texts(30));
  add("vc", "VARCHAR(200)", Kind::Text, texts(200));
  add("latin", "VARCHAR(100) CHARACTER SET latin1", Kind::Text, texts(100, true));
  add("latin_c", "CHAR(20) CHARACTER SET latin1", Kind::Text, texts(20, true));
  add("b", "BINARY(12)", Kind::Bytes, bytes(12));
  add("vb", "VARBINARY(300)", Kind::Bytes, bytes(300));
  add("e", "ENUM('a','ß','x,y','','😀')", Kind::Text, integers(2, false));
  add("e300", "ENUM(" + labels(300) + ")", Kind::Text,
      [](Random& random) { return std::to_string(random.between(1, 300)); });
  add("s", "SET('one','two','drei ö','four')", Kind::Text, integers(4, false));
  add("s64", "SET(" + labels(64) + ") CHARACTER SET latin1", Kind::Text, integers(64, false));
  if (flavour != MysqlFlavour::MySql56) {
    add("js", "JSON", Kind::Json, documents(is_mariadb(flavour)));
  }
  return all;
}

std::vector<WorkloadColumn> columns_of_texts() {
  return {
      {"tt", "TINYTEXT", Kind::Text, texts(30)},
      {"t", "TEXT", Kind::Text, long_or_short(texts(40), 65'534, true)},
      {"mt", "MEDIUMTEXT", Kind::Text, long_or_short(texts(40), 70'000, true)},
      {"lt", "LONGTEXT", Kind::Text, long_or_short(texts(40), 300'000, true)},
      {"lat", "TEXT CHARACTER SET latin1", Kind::Text, texts(40, true)},
      {"tb", "TINYBLOB", Kind::Bytes, bytes(60)},
      {"bl", "BLOB", Kind::Bytes, long_or_short(bytes(60), 65'534, false)},
      {"mb", "MEDIUMBLOB", Kind::Bytes, long_or_short(bytes(60), 70'000, false)},
      {"lb", "LONGBLOB", Kind::Bytes, long_or_short(bytes(60), 300'000, false)},
  };
}

std::vector<WorkloadColumn> columns_of_pair() {
  return {{"note", "VARCHAR(60)", Kind::Text, texts(60)},
          {"n", "BIGINT", Kind::Integer, integers(64, true)}};
}

std::string definitions(const std::vector<WorkloadColumn>& columns) {
  std::string out;
  for (const auto& column : columns) {
    out += ", `" + column.name + "` " + column.type;
  }
  return out;
}

std::vector<ExpectedColumn> expected_columns(std::vector<ExpectedColumn> first,
                                             const std::vector<WorkloadColumn>& columns) {
  for (const auto& column : columns) {
    first.push_back({column.name, column.kind});
  }
  return first;
}

std::string value_of(const WorkloadColumn& column, Random& random) {
  return random.chance(12) ? "NULL" : column.literal(random);
}

}  // namespace

/// One connection and its random transactions.
class Workload::Session {
 public:
  Session(const Workload& workload, std::uint32_t seed)
      : workload_{workload}, random_{seed}, sql_{workload.mysql_.client("shop")} {
    sql_.exec("SET sql_mode = '', time_zone = '+00:00'");
    sql_.exec("SET innodb_lock_wait_timeout = 2");
  }

  void transact() {
    constexpr std::int64_t kMostStatements = 6;
    const bool is_single = random_.chance(30);
    if (!is_single) {
      exec("BEGIN");
    }
    for (auto left = is_single ? 1 : random_.between(1, kMostStatements); left > 0; --left) {
      if (!is_single && random_.chance(5)) {
        exec("SAVEPOINT here");
        statement();
        exec("ROLLBACK TO SAVEPOINT here");
      }
      statement();
    }
    if (!is_single) {
      exec(random_.chance(10) ? "ROLLBACK" : "COMMIT");
    }
  }

 private:
  /// What one table's rows are told by, for WHERE and for INSERT.
  struct Id {
    std::string names;
    std::string values;
    std::string condition;
    std::string assignment;
  };

  void exec(const std::string& text) {
    // Duplicate key; row too large; lock wait; deadlock; the savepoint went with the transaction.
    constexpr std::array<unsigned, 5> kExpected{1062, 1118, 1205, 1213, 1305};
    const auto error = sql_.try_exec(text);
    if (error && std::find(kExpected.begin(), kExpected.end(), error->code) == kExpected.end()) {
      throw std::runtime_error{std::to_string(error->code) + " " + error->message +
                               " in: " + text.substr(0, 1000)};
    }
  }

  Id id_of_every() {
    const std::array<const char*, 4> ends{"0", "9223372036854775808", "18446744073709551615", "1"};
    const auto id = random_.chance(10) ? std::string{random_.one_of(ends)}
                                       : std::to_string(random_.between(1, 40));
    const auto slug = "'s" + std::to_string(++workload_.slugs_) + "'";
    return {"id, slug", id + ", " + slug, "id = " + id,
            random_.chance(60) ? "id = " + id : "slug = " + slug};
  }
  Id id_of_texts() {
    const auto id = std::to_string(random_.between(-5, 25));
    return {"id", id, "id = " + id, "id = " + id};
  }
  Id id_of_pair() {
    const std::array<const char*, 7> parts{"'a'",   "'a:b'", "'%'",   "'50%3A:'",
                                           "'x/y'", "''",    "'é:😀 '"};
    const std::string a = random_.one_of(parts);
    const auto b = std::to_string(random_.between(-3, 3));
    return {"a, b", a + ", " + b, "a = " + a + " AND b = " + b, "a = " + a + ", b = " + b};
  }

  void statement() {
    switch (random_.between(0, 3)) {
      case 0: write("texts", workload_.texts_, [this] { return id_of_texts(); }); break;
      case 1: write("pair", workload_.pair_, [this] { return id_of_pair(); }); break;
      default: write("every", workload_.every_, [this] { return id_of_every(); }); break;
    }
  }

  void write(const std::string& table, const std::vector<WorkloadColumn>& columns,
             const std::function<Id()>& some_id) {
    switch (random_.between(0, 9)) {
      case 0:
      case 1:
      case 2: insert("INSERT", table, columns, some_id); break;
      case 3: insert("REPLACE", table, columns, some_id); break;
      case 4: exec("DELETE FROM " + table + " WHERE " + some_id().condition); break;
      case 5:
        exec("UPDATE " + table + " SET " + some_id().assignment + ", " + assignments(columns) +
             " WHERE " + some_id().condition);
        break;
      case 6:
        exec("UPDATE " + table + " SET " + some_id().assignment + " WHERE " + some_id().condition);
        break;
      case 7:
        exec("UPDATE " + table + " SET " + assignments(columns) + " ORDER BY " + some_id().names +
             " LIMIT " + std::to_string(random_.between(1, 4)));
        break;
      default:
        exec("UPDATE " + table + " SET " + assignments(columns) + " WHERE " + some_id().condition);
        break;
    }
  }

  void insert(const std::string& verb, const std::string& table,
              const std::vector<WorkloadColumn>& columns, const std::function<Id()>& some_id) {
    std::string names = some_id().names;
    for (const auto& column : columns) {
      names += ", `" + column.name + "`";
    }
    std::string rows;
    for (auto left = random_.between(1, 3); left > 0; --left) {
      rows += (rows.empty() ? "(" : ", (") + some_id().values;
      for (const auto& column : columns) {
        rows += ", " + value_of(column, random_);
      }
      rows += ")";
    }
    exec(verb + " INTO " + table + " (" + names + ") VALUES " + rows);
  }

  std::string assignments(const std::vector<WorkloadColumn>& columns) {
    std::string out;
    for (auto left = random_.between(1, 6); left > 0; --left) {
      const auto& column = random_.one_of(columns);
      out += (out.empty() ? "`" : ", `") + column.name + "` = " + value_of(column, random_);
    }
    return out;
  }

  const Workload& workload_;
  Random random_;
  SqlClient sql_;
};

Workload::Workload(const MysqlServer& mysql)
    : mysql_{mysql},
      every_{columns_of_every(mysql.flavour())},
      texts_{columns_of_texts()},
      pair_{columns_of_pair()} {}

void Workload::create_tables() const {
  auto sql = mysql_.client();
  sql.exec("SET sql_mode = ''");
  sql.exec("CREATE DATABASE shop CHARACTER SET utf8mb4");
  sql.exec(
      "CREATE TABLE shop.every (id BIGINT UNSIGNED NOT NULL PRIMARY KEY, slug VARCHAR(40) "
      "CHARACTER SET ascii NOT NULL UNIQUE" +
      definitions(every_) + ")");
  sql.exec("CREATE TABLE shop.texts (id BIGINT NOT NULL PRIMARY KEY" + definitions(texts_) + ")");
  sql.exec("CREATE TABLE shop.pair (a VARCHAR(20) NOT NULL, b INT NOT NULL" + definitions(pair_) +
           ", PRIMARY KEY (a, b))");
}

std::string Workload::rules() {
  return R"(rules:
  - {table: shop.every, key: "every:{id}"}
  - {name: rows, table: shop.every, key: "row:{id}", type: hash}
  - {name: slugs, table: "shop.e*", key: "slug:{slug}", columns: [slug, u64, id, dt6], ttl: 1h}
  - {name: slug rows, table: shop.every, key: "{slug}", type: hash, columns: [id, n65], ttl: 60m}
  - {table: shop.texts, key: "texts:{id}"}
  - {name: text rows, table: shop.texts, key: "text:{id}", type: hash, exclude_columns: [mt, mb]}
  - {table: shop.pair, key: "pair:{a}:{b}"}
  - {name: pair rows, table: "/shop[.]pa.r/", key: "{b}/{a}/p", type: hash}
)";
}

std::vector<ExpectedKeys> Workload::expected() const {
  const ExpectedColumn id{"id", Kind::Integer};
  const ExpectedColumn slug{"slug", Kind::Text};
  const auto every = expected_columns({id, slug}, every_);
  const auto texts = expected_columns({id}, texts_);
  const auto pair = expected_columns({{"a", Kind::Text}, {"b", Kind::Integer}}, pair_);
  auto fewer_texts = texts;
  std::erase_if(fewer_texts, [](const auto& c) { return c.name == "mt" || c.name == "mb"; });
  std::vector<ExpectedColumn> slugs{id, slug, {"u64", Kind::Integer}, {"dt6", Kind::Temporal}};
  return {
      {"shop.every", "CONCAT('every:', id)", false, false, every},
      {"shop.every", "CONCAT('row:', id)", true, false, every},
      {"shop.every", "CONCAT('slug:', slug)", false, true, slugs},
      {"shop.every", "slug", true, true, {id, {"n65", Kind::Decimal}}},
      {"shop.texts", "CONCAT('texts:', id)", false, false, texts},
      {"shop.texts", "CONCAT('text:', id)", true, false, fewer_texts},
      {"shop.pair", "CONCAT('pair:', REPLACE(REPLACE(a, '%', '%25'), ':', '%3A'), ':', b)", false,
       false, pair},
      {"shop.pair", "CONCAT(b, '/', REPLACE(REPLACE(a, '%', '%25'), '/', '%2F'), '/p')", true,
       false, pair},
  };
}

void Workload::run(int connections, int transactions, std::uint32_t seed) const {
  std::vector<std::exception_ptr> failures(static_cast<std::size_t>(connections));
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < connections; ++i) {
      threads.emplace_back([this, i, transactions, seed, &failures] {
        try {
          Session session{*this, seed + 7919U * static_cast<std::uint32_t>(i)};
          for (int left = transactions; left > 0; --left) {
            session.transact();
            ++done_;
          }
        } catch (...) {
          failures[static_cast<std::size_t>(i)] = std::current_exception();
        }
      });
    }
  }
  for (const auto& failure : failures) {
    if (failure) {
      std::rethrow_exception(failure);
    }
  }
}

}  // namespace replikey::test
