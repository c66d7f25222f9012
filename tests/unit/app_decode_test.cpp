#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "replikey/app/binlog_printer.hpp"
#include "replikey/app/output.hpp"

namespace replikey::app {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::filesystem::path kGoldens = std::filesystem::path{REPLIKEY_TEST_GOLDENS} / "binlog";

std::string content_of(const std::filesystem::path& path) {
  std::ifstream stream{path, std::ios::binary};
  EXPECT_TRUE(stream.is_open()) << path;
  return {std::istreambuf_iterator<char>{stream}, {}};
}

struct Printed {
  std::vector<json> lines;
  std::vector<std::string> warnings;
  std::string error;
};

std::filesystem::path scratch(std::string_view name) {
  return std::filesystem::path{::testing::TempDir()} /
         (std::to_string(::getpid()) + "_" + std::string{name});
}

Printed print(const std::filesystem::path& path) {
  const auto output = scratch("decoded");
  Printed printed;
  const int descriptor = ::open(output.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
  {
    LineWriter out{descriptor, 4096};
    BinlogPrinter printer{out, [&](std::string_view text) { printed.warnings.emplace_back(text); }};
    const auto status = printer.print(path);
    printed.error = status ? "" : status.error().message();
  }
  ::close(descriptor);
  std::ifstream stream{output};
  for (std::string line; std::getline(stream, line);) {
    printed.lines.push_back(json::parse(line));
  }
  std::filesystem::remove(output);
  return printed;
}

Printed print_bytes(std::string_view bytes) {
  const auto file = scratch("binlog.000001");
  std::ofstream{file, std::ios::binary} << bytes;
  auto printed = print(file);
  std::filesystem::remove(file);
  return printed;
}

/// The first line of that type and table.
json first(const Printed& printed, std::string_view type, std::string_view table) {
  for (const auto& line : printed.lines) {
    if (line["type"] == type && line.value("table", "") == table) {
      return line;
    }
  }
  ADD_FAILURE() << "no " << type << " of " << table;
  return {};
}

TEST(Decode, PrintsChangesOfMysqlWithTheirNames) {
  const auto printed = print(kGoldens / "mysql-9.7-full.binlog");
  const auto ddl = first(printed, "ddl", "plain");
  EXPECT_EQ(ddl["database"], "shop");
  EXPECT_THAT(ddl["statement"].get<std::string>(), StartsWith("CREATE TABLE plain"));
  const auto insert = first(printed, "insert", "prefixed");
  EXPECT_EQ(insert["database"], "shop");
  EXPECT_EQ(insert["file"], "mysql-9.7-full.binlog");
  EXPECT_TRUE(insert["position"].is_number_unsigned());
  EXPECT_THAT(insert["gtid"].get<std::string>(), HasSubstr("-11f1-"));
  EXPECT_GT(insert["timestamp"].get<std::int64_t>(), 1'700'000'000);
  EXPECT_FALSE(insert.contains("before"));
  EXPECT_EQ(insert["after"], (json{{"a", "one"}, {"b", 1}}));
  const auto update = first(printed, "update", "prefixed");
  EXPECT_EQ(update["before"]["b"], 1);
  EXPECT_EQ(update["after"]["b"], 4);
}

TEST(Decode, LeavesOutWhatTheImageDoesNotCarry) {
  const auto printed = print(kGoldens / "mysql-9.7-full.binlog");
  EXPECT_EQ(first(printed, "delete", "plain")["before"], (json{{"id", 2}}));
  bool is_seen = false;
  for (const auto& line : printed.lines) {
    is_seen = is_seen || (line["type"] == "update" && line["before"] == json{{"id", 2}} &&
                          line["after"] == json{{"tiny", 7}});
  }
  EXPECT_TRUE(is_seen);
}

TEST(Decode, PrintsAllRowsButThoseItCannotWrite) {
  const auto printed = print(kGoldens / "mysql-9.7-full.binlog");
  if (printed.error.empty()) {
    GTEST_SKIP() << "every type is written";
  }
  EXPECT_THAT(printed.error, HasSubstr("mysql-9.7-full.binlog:"));
  EXPECT_THAT(printed.error, HasSubstr("shop.plain: column \"shape\" (GEOMETRY)"));
  EXPECT_THAT(printed.error, HasSubstr("rows left out: 2"));
  EXPECT_TRUE(first(printed, "insert", "plain")["after"]["title"].is_null());
}

TEST(Decode, NumbersColumnsWithoutNames) {
  const auto printed = print(kGoldens / "mariadb-10.11-bare.binlog");
  EXPECT_EQ(printed.error, "");
  std::vector<json> inserts;
  for (const auto& line : printed.lines) {
    if (line["type"] == "insert") {
      inserts.push_back(line);
    }
  }
  ASSERT_FALSE(inserts.empty());
  EXPECT_EQ(inserts.front()["after"], (json{{"@1", 1}, {"@2", "one"}, {"@3", 2020}, {"@4", 1.5}}));
  EXPECT_THAT(inserts.front()["gtid"].get<std::string>(), StartsWith("0-1-"));
}

TEST(Decode, ReadsEveryGoldenToItsEnd) {
  for (const auto& entry : std::filesystem::directory_iterator{kGoldens}) {
    if (entry.path().extension() == ".binlog") {
      const auto printed = print(entry.path());
      if (!printed.error.empty()) {
        EXPECT_THAT(printed.error, HasSubstr("GEOMETRY")) << entry.path();
      }
      EXPECT_FALSE(printed.lines.empty()) << entry.path();
    }
  }
}

TEST(Decode, SaysWhyAFileIsNoBinlog) {
  EXPECT_THAT(print_bytes("").error, HasSubstr("is empty"));
  EXPECT_THAT(print_bytes("SELECT 1").error, HasSubstr("does not begin with fe 62 69 6e"));
  EXPECT_THAT(print_bytes("\xfd"
                          "bin...")
                  .error,
              HasSubstr("is encrypted"));
  EXPECT_THAT(print("/nowhere/binlog.1").error,
              HasSubstr("/nowhere/binlog.1: cannot be opened: No such file or directory"));
  EXPECT_THAT(print("/tmp").error, HasSubstr("Is a directory"));
}

TEST(Decode, NamesThePlaceOfDamageAfterPrintingWhatComesBefore) {
  auto bytes = content_of(kGoldens / "mysql-9.7-full.binlog");
  const auto whole = print_bytes(bytes).lines;
  ASSERT_GT(whole.size(), 5U);
  const auto end = whole[4]["position"].get<std::size_t>();
  bytes[end + 30] = static_cast<char>(bytes[end + 30] ^ 1);
  const auto damaged = print_bytes(bytes);
  EXPECT_THAT(damaged.error, HasSubstr("binlog.000001:" + std::to_string(end) + ": "));
  EXPECT_EQ(damaged.lines.size(), 5U);
}

TEST(Decode, EndsEveryPrefixWithAnErrorOrAWholeEvent) {
  const auto bytes = content_of(kGoldens / "mariadb-10.11-full.binlog");
  const auto whole = print_bytes(bytes);
  std::size_t before = 0;
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    const auto cut = print_bytes(std::string_view{bytes}.substr(0, size));
    EXPECT_GE(cut.lines.size(), before);
    EXPECT_LE(cut.lines.size(), whole.lines.size());
    before = cut.lines.size();
  }
}

TEST(Decode, RefusesAnEventThatClaimsMoreThanThereIs) {
  auto bytes = content_of(kGoldens / "mysql-9.7-full.binlog");
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[4 + 9 + i] = static_cast<char>(0xff);
  }
  EXPECT_THAT(print_bytes(bytes).error, HasSubstr("the file ends inside of an event"));
}

TEST(IsDefinition, LooksBehindComments) {
  EXPECT_TRUE(is_definition("CREATE VIEW v AS SELECT 1"));
  EXPECT_TRUE(is_definition("  /* by x */ -- y\n alter TABLE t ADD c INT"));
  EXPECT_TRUE(is_definition("/*!50003 CREATE TRIGGER t */"));
  EXPECT_TRUE(is_definition("DROP/* */TABLE t"));
  EXPECT_FALSE(is_definition("GRANT SELECT ON *.* TO u"));
  EXPECT_FALSE(is_definition("created"));
  EXPECT_FALSE(is_definition("/* never closed"));
  EXPECT_FALSE(is_definition(""));
}

}  // namespace
}  // namespace replikey::app
