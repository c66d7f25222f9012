#include "value_goldens.hpp"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "replikey/value/cell_text.hpp"

namespace replikey::value {
namespace {

Column json_column() {
  return {.name = "c", .type = ColumnType::Json, .labels = {}};
}

bool is_refused(std::string_view bytes) {
  std::string out;
  const Status status = append_json(out, cell_of(bytes), json_column(), {});
  return !status && status.error().code() == ErrorCode::CorruptData;
}

std::string json_of(std::string_view bytes) {
  std::string out;
  return append_json(out, cell_of(bytes), json_column(), {}) ? out : "error";
}

std::string array_around(const std::string& inner) {
  const auto size = static_cast<unsigned>(inner.size() - 1 + 7);
  std::string out{'\x02', '\x01', '\0', static_cast<char>(size), static_cast<char>(size >> 8U)};
  return out + inner.front() + std::string{'\x07', '\0'} + inner.substr(1);
}

TEST(BinaryJson, IsNullWhenEmpty) {
  EXPECT_EQ(json_of(""), "null");
}

TEST(BinaryJson, StaysValidJsonAndRefusesEveryPrefix) {
  for (const auto& row : read_table(REPLIKEY_TEST_GOLDENS "/value/mysql97.tsv")) {
    if (row.at(0) != "Json") {
      continue;
    }
    const std::string bytes = unhex(row.at(1));
    EXPECT_TRUE(nlohmann::json::accept(json_of(bytes)));
    for (std::size_t size = 1; size < std::min<std::size_t>(bytes.size(), 400); ++size) {
      EXPECT_TRUE(is_refused(bytes.substr(0, size))) << row.at(1).substr(0, 100) << ' ' << size;
    }
  }
}

TEST(BinaryJson, NestsAHundredDeepAndNotMore) {
  std::string bytes = unhex("0200000400");
  for (int i = 1; i < 100; ++i) {
    bytes = array_around(bytes);
  }
  EXPECT_EQ(json_of(bytes), std::string(100, '[') + std::string(100, ']'));
  EXPECT_TRUE(is_refused(array_around(bytes)));
}

TEST(BinaryJson, RefusesOffsetsThatPointBack) {
  EXPECT_TRUE(is_refused(unhex("020100070002") + unhex("0000")));  // an array that holds itself
  EXPECT_TRUE(is_refused(unhex("020100070002") + unhex("0400")));  // one that starts in its header
}

TEST(BinaryJson, RefusesPlacesThatAreUsedAgainAndAgain) {
  // Each level holds the next one twice: 2^40 values in 400 bytes.
  std::string bytes;
  constexpr int kLevels = 40;
  for (int level = 0; level < kLevels; ++level) {
    const auto size = static_cast<unsigned>((kLevels - level) * 10 + 4);
    bytes += unhex("0200") + static_cast<char>(size) + static_cast<char>(size >> 8U) +
             unhex("020a00020a00");
  }
  bytes += unhex("00000400");
  EXPECT_TRUE(is_refused('\x02' + bytes));
}

TEST(BinaryJson, RefusesUnknownTagsAndLiterals) {
  for (const std::string_view hex :
       {"0403", "06", "0d00", "0e00", "ff00", "0f", "0ff601", "0ff6020101", "0f0a0101",
        "0c8080808080", "0b000000000000f07f"}) {
    EXPECT_TRUE(is_refused(unhex(hex))) << hex;
  }
}

}  // namespace
}  // namespace replikey::value
