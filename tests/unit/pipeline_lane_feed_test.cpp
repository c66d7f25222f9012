// Which rows a lane has already.

#include <string>

#include "pipeline/lane_feed.hpp"
#include <gtest/gtest.h>

namespace replikey::pipeline {
namespace {

const std::string kFile = "binlog.000010";

Gtid gtid(std::uint64_t sequence) {
  return *parse_gtid("3e11fa47-71ca-11e1-9e33-c80aa9429562:" + std::to_string(sequence));
}

checkpoint::LaneProgress at(const std::string& file, std::uint64_t offset, std::uint64_t rows) {
  checkpoint::LaneProgress out;
  out.judged.position = {.file = file, .offset = offset};
  out.judged.rows = rows;
  out.applied = out.judged;
  return out;
}

write::Begin begin_at(std::uint64_t start, std::uint64_t sequence = 0) {
  return {.file = &kFile, .start = start, .gtid = sequence == 0 ? Gtid{} : gtid(sequence)};
}

class LaneFeedTest : public ::testing::Test {
 protected:
  write::Inlet inlet_{1};
};

TEST_F(LaneFeedTest, HasWhatLiesBeforeItsBoundary) {
  LaneFeed feed{inlet_, at(kFile, 300, 0), false};
  EXPECT_TRUE(feed.has(begin_at(1'000'000), 9, 1)) << "an earlier file";
  EXPECT_TRUE(feed.has(begin_at(299), 10, 1'000'000));
  EXPECT_FALSE(feed.has(begin_at(300), 10, 1)) << "begins where the lane stands";
  EXPECT_FALSE(feed.has(begin_at(4), 11, 1));
}

TEST_F(LaneFeedTest, HasTheFirstRowsOfTheTransactionItStandsIn) {
  LaneFeed feed{inlet_, at(kFile, 300, 2), false};
  EXPECT_TRUE(feed.has(begin_at(200), 10, 9));
  EXPECT_TRUE(feed.has(begin_at(300), 10, 1));
  EXPECT_TRUE(feed.has(begin_at(300), 10, 2));
  EXPECT_FALSE(feed.has(begin_at(300), 10, 3));
}

TEST_F(LaneFeedTest, HasNothingWhenItStartsByGtid) {
  LaneFeed feed{inlet_, at("", 4, 0), false};
  EXPECT_FALSE(feed.has(begin_at(4), 1, 1));
}

TEST_F(LaneFeedTest, TellsByGtidOnAnotherServer) {
  auto start = at(kFile, 300, 2);
  start.resume.executed.add(gtid(1));
  start.resume.executed.add(gtid(2));
  start.judged.gtid = gtid(4);
  LaneFeed feed{inlet_, start, true};
  EXPECT_FALSE(feed.has(begin_at(4, 3), 1, 1));
  EXPECT_TRUE(feed.has(begin_at(90, 2), 1, 99)) << "in whatever order they come";
  EXPECT_TRUE(feed.has(begin_at(200, 4), 1, 2));
  EXPECT_FALSE(feed.has(begin_at(200, 4), 1, 3));
  EXPECT_FALSE(feed.has(begin_at(300), 1, 1)) << "without an id nothing can be told";
}

TEST_F(LaneFeedTest, IsNotTakenInByABoundaryAfterTheSameTransaction) {
  auto start = at(kFile, 300, 0);
  start.judged.gtid = gtid(4);  // the last one before the boundary
  start.resume.executed.add(gtid(4));
  LaneFeed feed{inlet_, start, true};
  EXPECT_TRUE(feed.has(begin_at(200, 4), 1, 7));
  EXPECT_FALSE(feed.has(begin_at(200, 5), 1, 1));
}

}  // namespace
}  // namespace replikey::pipeline
