// What a lane had applied before it started.

#include <string>

#include "write/lane_state.hpp"
#include <gtest/gtest.h>

namespace replikey::write {
namespace {

const std::string kFirst = "binlog.000009";
const std::string kSecond = "binlog.000010";

Gtid gtid(std::uint64_t sequence) {
  return *parse_gtid("3e11fa47-71ca-11e1-9e33-c80aa9429562:" + std::to_string(sequence));
}

checkpoint::Coordinate at(const std::string& file, std::uint64_t offset, std::uint64_t rows = 0,
                          std::uint64_t sequence = 0) {
  return {.position = {.file = file, .offset = offset},
          .rows = rows,
          .gtid = sequence == 0 ? Gtid{} : gtid(sequence)};
}

checkpoint::LaneProgress progress(const checkpoint::Coordinate& judged,
                                  const checkpoint::Coordinate& applied) {
  checkpoint::LaneProgress out;
  out.judged = judged;
  out.applied = applied;
  return out;
}

Begin begin_at(const std::string& file, std::uint64_t start, std::uint64_t sequence = 0) {
  return {.file = &file, .start = start, .gtid = sequence == 0 ? Gtid{} : gtid(sequence)};
}

End end_at(const std::string& file, std::uint64_t end, std::uint64_t sequence = 0) {
  return {
      .file = &file, .end = end, .gtid = sequence == 0 ? Gtid{} : gtid(sequence), .timestamp = 0};
}

bool is_suspect(const LaneState& state, std::uint64_t row) {
  Change change;
  change.row = row;
  return state.is_suspect(change);
}

TEST(LaneState, SuspectsNothingWhenAllWasJudged) {
  const auto place = at(kFirst, 100, 3);
  LaneState state{progress(place, place), false};
  EXPECT_FALSE(state.has_suspects());
  state.begin(begin_at(kFirst, 50));
  EXPECT_FALSE(is_suspect(state, 1));
}

TEST(LaneState, SuspectsWhatLiesBeforeTheAppliedBoundary) {
  LaneState state{progress(at(kFirst, 100), at(kSecond, 300)), false};
  EXPECT_TRUE(state.has_suspects());
  state.begin(begin_at(kFirst, 100));
  EXPECT_TRUE(is_suspect(state, 1));
  EXPECT_TRUE(is_suspect(state, 1'000'000));
  state.finish(end_at(kFirst, 500));
  EXPECT_TRUE(state.has_suspects()) << "an earlier file, whatever the offset";
  state.begin(begin_at(kSecond, 4));
  EXPECT_TRUE(is_suspect(state, 1));
  state.finish(end_at(kSecond, 299));
  EXPECT_TRUE(state.has_suspects());
  state.begin(begin_at(kSecond, 300));
  EXPECT_FALSE(is_suspect(state, 1)) << "begins where the applied part ends";
  state.begin(begin_at(kSecond, 299));
  state.finish(end_at(kSecond, 300));
  EXPECT_FALSE(state.has_suspects());
  EXPECT_FALSE(is_suspect(state, 1));
}

TEST(LaneState, SuspectsRowsOfTheTransactionThatWasUnderWay) {
  LaneState state{progress(at(kFirst, 100, 2), at(kFirst, 200, 5)), false};
  state.begin(begin_at(kFirst, 100));
  EXPECT_TRUE(is_suspect(state, 3));
  // The end of one transaction is where the next begins, and its rows are still to come.
  state.finish(end_at(kFirst, 200));
  EXPECT_TRUE(state.has_suspects());
  state.begin(begin_at(kFirst, 200));
  EXPECT_TRUE(is_suspect(state, 1));
  EXPECT_TRUE(is_suspect(state, 5));
  EXPECT_FALSE(is_suspect(state, 6));
  state.finish(end_at(kFirst, 300));
  EXPECT_FALSE(state.has_suspects());
}

TEST(LaneState, TellsSuspectsByGtidOnAnotherServer) {
  LaneState state{progress(at(kSecond, 100, 0, 7), at(kSecond, 900, 4, 9)), true};
  EXPECT_TRUE(state.has_suspects());
  state.begin(begin_at(kFirst, 4, 8));
  EXPECT_TRUE(is_suspect(state, 99));
  state.finish(end_at(kFirst, 50, 8));
  EXPECT_TRUE(state.has_suspects());
  state.begin(begin_at(kFirst, 50, 9));
  EXPECT_TRUE(is_suspect(state, 4));
  EXPECT_FALSE(is_suspect(state, 5));
  state.finish(end_at(kFirst, 90, 9));
  EXPECT_FALSE(state.has_suspects());
}

TEST(LaneState, SuspectsAllOfTheLastTransactionWhenItWasWhole) {
  LaneState state{progress(at(kSecond, 100, 0, 7), at(kSecond, 900, 0, 9)), true};
  state.begin(begin_at(kFirst, 50, 9));
  EXPECT_TRUE(is_suspect(state, 1000));
  state.finish(end_at(kFirst, 90, 9));
  EXPECT_FALSE(state.has_suspects());
}

TEST(LaneState, HasPassedTheEndsItStoodAtOrBehind) {
  LaneState state{progress(at(kSecond, 300), at(kSecond, 300)), false};
  EXPECT_TRUE(state.has_passed(end_at(kFirst, 999)));
  EXPECT_TRUE(state.has_passed(end_at(kSecond, 299)));
  EXPECT_TRUE(state.has_passed(end_at(kSecond, 300)));
  EXPECT_FALSE(state.has_passed(end_at(kSecond, 301)));
  EXPECT_FALSE(state.has_passed(end_at(kSecond, 400)));
}

TEST(LaneState, HasNotPassedTheEndOfTheTransactionItStandsIn) {
  LaneState state{progress(at(kFirst, 200, 3), at(kFirst, 200, 3)), false};
  EXPECT_TRUE(state.has_passed(end_at(kFirst, 200)));
  EXPECT_FALSE(state.has_passed(end_at(kFirst, 260)));
}

TEST(LaneState, HasPassedNothingWhenItStartedByGtidOnly) {
  LaneState state{progress(at("", 4), at("", 4)), false};
  EXPECT_FALSE(state.has_passed(end_at(kFirst, 200)));
}

TEST(LaneState, HasPassedWhatItExecutedOnAnotherServer) {
  auto start = progress(at(kSecond, 300, 0, 7), at(kSecond, 300, 0, 7));
  start.resume.executed.add(gtid(6));
  start.resume.executed.add(gtid(7));
  LaneState state{start, true};
  EXPECT_TRUE(state.has_passed(end_at(kFirst, 10, 6)));
  EXPECT_FALSE(state.has_passed(end_at(kFirst, 20, 8)));
  EXPECT_TRUE(state.has_passed(end_at(kFirst, 30, 7))) << "another order";
}

TEST(LaneState, KnowsWhereItIs) {
  LaneState state{progress(at(kFirst, 4), at(kFirst, 4)), false};
  state.begin(begin_at(kSecond, 77, 5));
  EXPECT_EQ(*state.transaction().file, kSecond);
  checkpoint::Coordinate out = at(kFirst, 1);
  state.coordinate_after(3, out);
  EXPECT_EQ(out, at(kSecond, 77, 3, 5));
  LaneState::coordinate_at(end_at(kFirst, 99, 6), out);
  EXPECT_EQ(out, at(kFirst, 99, 0, 6));
}

TEST(PassOver, MovesProgressOverFinishedTransactions) {
  auto lane = progress(at(kFirst, 4), at(kFirst, 4));
  auto last = end_at(kSecond, 20, 3);
  last.timestamp = 123;
  const End ends[] = {end_at(kFirst, 10, 1), end_at(kFirst, 20, 2), last};
  pass_over(lane, ends);
  EXPECT_EQ(lane.resume.position, (BinlogPosition{.file = kSecond, .offset = 20}));
  EXPECT_EQ(lane.resume.executed.to_string(), "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-3");
  EXPECT_EQ(lane.timestamp, 123);
  EXPECT_EQ(lane.judged, at(kFirst, 4)) << "the caller's";
  pass_over(lane, {});
  EXPECT_EQ(lane.timestamp, 123);
}

}  // namespace
}  // namespace replikey::write
