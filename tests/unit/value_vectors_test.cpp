#include <cstring>
#include <filesystem>
#include <fstream>

#include "value_goldens.hpp"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "replikey/value/cell_text.hpp"

namespace replikey::value {
namespace {

std::string text_of(std::string_view bytes, const Column& column) {
  std::string out;
  const Status status = append_text(out, cell_of(bytes), column, {});
  return status ? out : "error: " + status.error().message();
}

Column column_of(ColumnType type) {
  return {.name = "c", .type = type, .labels = {}};
}

/// Goldens of another implementation, from outside the repository.
class Vectors : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::is_directory(kFolder)) {
      GTEST_SKIP() << "no folder " << kFolder;
    }
  }

  static nlohmann::json read(const std::string& name) {
    return nlohmann::json::parse(std::ifstream{std::string{kFolder} + '/' + name});
  }

  static constexpr const char* kFolder = REPLIKEY_TEST_DATA "/vectors";
};

TEST_F(Vectors, OfDecimalsAgree) {
  for (const auto& vector : read("go-mysql_decimal.json")) {
    Column column = column_of(ColumnType::NewDecimal);
    column.precision = vector.at("precision");
    column.scale = vector.at("scale");
    const std::string bytes = unhex(vector.at("hex").get<std::string>());
    const std::size_t size = vector.value("consumed", bytes.size());
    EXPECT_EQ(text_of(bytes.substr(0, size), column), vector.at("expected").get<std::string>())
        << vector;
  }
}

TEST_F(Vectors, OfTimesAgree) {
  const nlohmann::json file = read("go-mysql_temporal.json");
  for (const auto& [name, vectors] : file.items()) {
    Column column = column_of(name == "time2" ? ColumnType::Time2 : ColumnType::Datetime2);
    for (const auto& vector : vectors) {
      column.scale = vector.at("fsp");
      EXPECT_EQ(text_of(unhex(vector.at("hex").get<std::string>()), column),
                vector.at("expected").get<std::string>());
    }
  }
}

TEST_F(Vectors, OfDoublesInJsonAgree) {
  for (const auto& vector : read("go-mysql_json_double_text.json")) {
    const double value = std::strtod(vector.at("double").get<std::string>().c_str(), nullptr);
    std::string bytes(1 + sizeof value, '\x0B');
    std::memcpy(bytes.data() + 1, &value, sizeof value);
    EXPECT_EQ(text_of(bytes, column_of(ColumnType::Json)),
              vector.at("mysql_json_text").get<std::string>());
  }
}

}  // namespace
}  // namespace replikey::value
