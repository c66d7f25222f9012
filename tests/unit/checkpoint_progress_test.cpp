// What a lane's progress is, how it compares and how it is written.

#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replikey/checkpoint/progress.hpp"

namespace replikey::checkpoint {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Coordinate at(std::string file, std::uint64_t offset, std::uint64_t rows = 0) {
  return {.position = {.file = std::move(file), .offset = offset}, .rows = rows, .gtid = {}};
}

LaneProgress lane_at(const Coordinate& judged, const Coordinate& applied) {
  LaneProgress lane;
  lane.resume.position = judged.position;
  lane.judged = judged;
  lane.applied = applied;
  return lane;
}

TEST(Coordinate, IsComparedByFileNumberThenOffsetThenRows) {
  const std::vector<Coordinate> ascending{
      at("", 4),
      at("binlog.000001", 4),
      at("binlog.000001", 4, 1),
      at("binlog.000001", 900),
      at("binlog.000001", 1000),
      at("binlog.000009", 5'000'000'000),
      at("binlog.000010", 4),
      at("binlog.999999", 4),
      at("binlog.1000000", 4),
      at("binlog.1000000", 4, 9),
      at("binlog.1000000", 4, 10),
  };
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t k = 0; k < ascending.size(); ++k) {
      EXPECT_EQ(compare(ascending[i], ascending[k]), i <=> k) << i << " and " << k;
    }
  }
}

TEST(Lanes, KnowTheLowestAndTheHighest) {
  const std::vector<LaneProgress> lanes{
      lane_at(at("b.2", 50), at("b.2", 50, 7)),
      lane_at(at("b.2", 10), at("b.2", 99)),
      lane_at(at("b.2", 50), at("b.2", 80)),
  };
  EXPECT_EQ(&lowest(lanes), &lanes[1]);
  EXPECT_EQ(&highest_applied(lanes), &lanes[1].applied);
}

TEST(Lanes, AreLevelOnlyAtOneBoundaryWithNothingHalfDone) {
  const auto boundary = at("b.2", 50);
  EXPECT_TRUE(is_level({lane_at(boundary, boundary)}));
  EXPECT_TRUE(is_level({lane_at(boundary, boundary), lane_at(boundary, boundary)}));
  EXPECT_FALSE(is_level({lane_at(boundary, at("b.2", 51))})) << "unjudged";
  EXPECT_FALSE(is_level({lane_at(at("b.2", 50, 1), at("b.2", 50, 1))})) << "within a transaction";
  EXPECT_FALSE(is_level({lane_at(boundary, boundary), lane_at(at("b.3", 50), at("b.3", 50))}));
  EXPECT_FALSE(is_level({lane_at(boundary, boundary), lane_at(boundary, at("b.2", 50, 1))}));
}

TEST(Lanes, CanBeMadeLevel) {
  ResumePoint point{.position = {.file = "b.7", .offset = 77}, .executed = {}};
  point.has_whole_history = true;
  const auto lanes = level_lanes(point, "server", 3);
  ASSERT_EQ(lanes.size(), 3U);
  EXPECT_TRUE(is_level(lanes));
  for (const auto& lane : lanes) {
    EXPECT_EQ(lane.source, "server");
    EXPECT_EQ(lane.resume, point);
    EXPECT_EQ(lane.judged, at("b.7", 77));
  }
}

TEST(Names, AreThoseOfTheContract) {
  EXPECT_EQ(progress_key("shop"), "replikey:{shop}:progress");
  EXPECT_EQ(lane_field(12), "lane:12");
}

std::string written(const LaneProgress& lane) {
  std::string out;
  append_lane(out, lane);
  return out;
}

TEST(Lane, IsWrittenReadably) {
  LaneProgress lane;
  lane.source = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
  lane.resume.position = {.file = "binlog.000012", .offset = 1234};
  lane.resume.executed =
      std::move(*GtidSet::parse("3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5", Flavour::MySql));
  lane.resume.has_whole_history = true;
  lane.judged = at("binlog.000012", 1234, 2);
  lane.judged.gtid = *parse_gtid("3e11fa47-71ca-11e1-9e33-c80aa9429562:6");
  lane.applied = at("binlog.000012", 1234, 3);
  lane.timestamp = 1'763'800'000;
  EXPECT_EQ(written(lane), R"({"source":"3e11fa47-71ca-11e1-9e33-c80aa9429562",)"
                           R"("resume":{"file":"binlog.000012","position":1234,)"
                           R"("gtid":"3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5","whole":true},)"
                           R"("judged":{"file":"binlog.000012","position":1234,"rows":2,)"
                           R"("gtid":"3e11fa47-71ca-11e1-9e33-c80aa9429562:6"},)"
                           R"("applied":{"file":"binlog.000012","position":1234,"rows":3},)"
                           R"("timestamp":1763800000})");
  auto other = lane;
  other.applied = at("binlog.000013", 4);
  std::string out;
  append_lane(out, lane, other.applied);
  EXPECT_EQ(out, written(other));
}

TEST(Lane, IsReadBackAsItWas) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random{seed};
  const auto text = [&random] {
    const std::string alphabet = "abc\"\\./\x01\n09 ";
    std::string out;
    for (auto size = random() % 10; size > 0; --size) {
      out += alphabet[random() % alphabet.size()];
    }
    return out;
  };
  const std::string uuid = "3e11fa47-71ca-11e1-9e33-c80aa942956";
  for (int round = 0; round < 500; ++round) {
    const auto flavour = random() % 2 == 0 ? Flavour::MySql : Flavour::MariaDb;
    const auto gtid = [&] {
      const auto sequence = std::to_string(1 + random() % 1'000'000);
      const auto text_of = flavour == Flavour::MySql
                               ? uuid + std::to_string(random() % 10) + ":" + sequence
                               : std::to_string(random() % 3) + "-1-" + sequence;
      return random() % 4 == 0 ? Gtid{} : *parse_gtid(text_of);
    };
    const auto coordinate = [&] {
      Coordinate out = at(text(), random() >> 1U, random() % 100);
      out.gtid = gtid();
      return out;
    };
    LaneProgress lane;
    lane.source = text();
    lane.resume.position = coordinate().position;
    for (auto count = random() % 5; count > 0; --count) {
      lane.resume.executed.add(gtid());
    }
    lane.resume.has_whole_history = random() % 2 == 0;
    lane.judged = coordinate();
    lane.applied = coordinate();
    lane.timestamp = static_cast<std::int64_t>(random());
    const auto out = written(lane);
    auto parsed = parse_lane(out, flavour);
    ASSERT_TRUE(parsed) << parsed.error().message() << "\n" << out;
    ASSERT_EQ(*parsed, lane) << out;
  }
}

TEST(Lane, IsRefusedWhenDamaged) {
  const auto whole = written(lane_at(at("binlog.000001", 4), at("binlog.000001", 4)));
  const auto with = [&whole](const std::string& from, const std::string& to) {
    auto out = whole;
    out.replace(out.find(from), from.size(), to);
    return out;
  };
  ASSERT_TRUE(parse_lane(whole, Flavour::MySql));
  std::vector<std::string> cases{"",
                                 "null",
                                 "[]",
                                 "{}",
                                 with("\"position\":4", "\"position\":\"4\""),
                                 with("\"rows\":0", "\"rows\":0,\"gtid\":\"nonsense\""),
                                 with("\"rows\":0", "\"rows\":0,\"gtid\":7"),
                                 with("\"gtid\":\"\"", "\"gtid\":\"nonsense\""),
                                 with("\"whole\":false", "\"whole\":0"),
                                 with("\"judged\"", "\"judge\""),
                                 with("\"timestamp\":0", "\"timestamp\":\"\"")};
  for (std::size_t size = 0; size < whole.size(); ++size) {
    cases.push_back(whole.substr(0, size));
  }
  for (const auto& text : cases) {
    auto parsed = parse_lane(text, Flavour::MySql);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code(), ErrorCode::CorruptData) << text;
    EXPECT_THAT(parsed.error().message(), StartsWith("stored progress is damaged: ")) << text;
  }
}

}  // namespace
}  // namespace replikey::checkpoint
