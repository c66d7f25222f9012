// What is shipped and documented must load: it cannot rot.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "replikey/config/config.hpp"

namespace replikey::config {
namespace {

const std::filesystem::path kRoot{REPLIKEY_SOURCE_DIR};

std::string content_of(const std::filesystem::path& path) {
  std::ifstream stream{path};
  EXPECT_TRUE(stream.is_open()) << path;
  return {std::istreambuf_iterator<char>{stream}, {}};
}

/// YAML blocks of a document that hold a whole configuration.
std::vector<std::string> configurations_in(const std::filesystem::path& path) {
  std::vector<std::string> found;
  const auto text = content_of(path);
  const std::string fence = "```yaml\n";
  for (auto begin = text.find(fence); begin != std::string::npos; begin = text.find(fence, begin)) {
    begin += fence.size();
    const auto block = text.substr(begin, text.find("```", begin) - begin);
    if (block.find("rules:") != std::string::npos) {
      found.push_back(block);
    }
  }
  return found;
}

class ShippedConfig : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("MYSQL_PASSWORD", "secret", 1);
    ::setenv("REDIS_PASSWORD", "secret", 1);
  }
};

TEST_F(ShippedConfig, LoadsEveryFileUnderConfig) {
  int count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{kRoot / "config"}) {
    if (entry.path().extension() == ".yaml") {
      const auto config = load(entry.path());
      EXPECT_TRUE(config) << (config ? "" : config.error().message());
      ++count;
    }
  }
  EXPECT_GE(count, 2);
}

TEST_F(ShippedConfig, LoadsTheBlocksOfTheDocuments) {
  for (const auto* name : {"README.md", "docs/CONFIG.md"}) {
    const auto blocks = configurations_in(kRoot / name);
    EXPECT_FALSE(blocks.empty()) << name;
    for (const auto& block : blocks) {
      const auto config = parse(block, kRoot / name);
      EXPECT_TRUE(config) << (config ? "" : config.error().message());
    }
  }
}

TEST_F(ShippedConfig, DocumentsEveryKey) {
  const auto text = content_of(kRoot / "docs/CONFIG.md");
  for (const auto& key : known_keys()) {
    EXPECT_NE(text.find("| `" + key + "` |"), std::string::npos) << key;
  }
}

}  // namespace
}  // namespace replikey::config
