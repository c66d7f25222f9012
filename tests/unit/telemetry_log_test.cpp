#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "replikey/telemetry/log.hpp"

namespace replikey::telemetry {
namespace {

std::string logged(const LogOptions& options, const std::function<void()>& log) {
  ::testing::internal::CaptureStderr();
  configure(options);
  log();
  return ::testing::internal::GetCapturedStderr();
}

TEST(Log, WritesJsonThatCanBeRead) {
  const std::string line = logged({.level = Level::Info, .format = Format::Json}, [] {
    warn("a \"quoted\" thing\nhappened",
         {{"table", "shop.article"}, {"rows", 7U}, {"delta", -1}, {"ok", true}, {"raw", "\xff"}});
  });
  const auto object = nlohmann::json::parse(line);
  EXPECT_EQ(object["level"], "warning");
  EXPECT_EQ(object["message"], "a \"quoted\" thing\nhappened");
  EXPECT_EQ(object["table"], "shop.article");
  EXPECT_EQ(object["rows"], 7);
  EXPECT_EQ(object["delta"], -1);
  EXPECT_EQ(object["ok"], true);
  EXPECT_EQ(object["ts"].get<std::string>().size(), std::string{"2026-11-22T10:00:00.123Z"}.size());
}

TEST(Log, WritesTextOnOneLineForPeople) {
  const std::string line = logged({.level = Level::Info, .format = Format::Text}, [] {
    info("reading the binary log", {{"file", "binlog.000001"}, {"why", "two words"}});
  });
  EXPECT_NE(line.find("info    reading the binary log file=binlog.000001 why=\"two words\"\n"),
            std::string::npos)
      << line;
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
  EXPECT_EQ(logged({.level = Level::Warn}, [] { info("not this"); }), "");
  EXPECT_NE(logged({.level = Level::Debug}, [] { debug("but this"); }), "");
}

}  // namespace
}  // namespace replikey::telemetry
