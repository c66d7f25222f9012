#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replikey/value/time_zone.hpp"

namespace replikey::value {
namespace {

using ::testing::HasSubstr;

std::int64_t offset(std::string_view zone, std::int64_t at) {
  const auto found = TimeZone::find(zone);
  return found ? (*found)->offset_at(at) : -1;
}

class NamedZones : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists("/usr/share/zoneinfo/Europe/Berlin")) {
      GTEST_SKIP() << "no tzdata here";
    }
  }
};

TEST(TimeZone, KnowsUtcAndFixedOffsets) {
  EXPECT_EQ(offset("UTC", 0), 0);
  EXPECT_EQ(offset("+02:00", 0), 7200);
  EXPECT_EQ(offset("-05:30", 0), -19800);
  EXPECT_EQ(offset("+14:00", 0), 50400);
}

TEST(TimeZone, RefusesWhatIsNoZone) {
  for (const std::string_view name :
       {"", "+2:00", "+15:00", "+02:60", "../../../etc/passwd", "/etc/passwd", "Europe/", "Europe",
        "tzdata.zi", "zone.tab"}) {
    const auto found = TimeZone::find(name);
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().code(), ErrorCode::InvalidConfig);
  }
}

TEST_F(NamedZones, ChangeAtTheSecondOfTheirTransitions) {
  EXPECT_EQ(offset("Europe/Berlin", 1774745999), 3600);  // 2026-03-29 00:59:59 UTC
  EXPECT_EQ(offset("Europe/Berlin", 1774746000), 7200);
  EXPECT_EQ(offset("America/New_York", 1762063199), -14400);  // 2025-11-02 05:59:59 UTC
  EXPECT_EQ(offset("America/New_York", 1762063200), -18000);
  EXPECT_EQ(offset("Asia/Kolkata", 1762063200), 19800);
  EXPECT_EQ(offset("Africa/Monrovia", 1), -2670);
  EXPECT_EQ(offset("Etc/GMT+5", 1), -18000);
}

TEST_F(NamedZones, GoOnPastTheDatabasesLastTransition) {
  EXPECT_EQ(offset("Europe/Berlin", 2540250000), 7200);  // July 2050
  EXPECT_EQ(offset("Europe/Berlin", 4294967295), 3600);  // February 2106
  EXPECT_EQ(offset("Australia/Sydney", 4294967295), 39600);
  EXPECT_EQ(offset("Asia/Tokyo", 4294967295), 32400);
}

TEST_F(NamedZones, AreSuggestedForTheirMisspellings) {
  const auto found = TimeZone::find("Europe/Berlim");
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message(), HasSubstr("Europe/Berlin"));
}

}  // namespace
}  // namespace replikey::value
