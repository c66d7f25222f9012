#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replikey/source/dump_error.hpp"

namespace replikey::source {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const ResumePoint kFrom{.position = {"binlog.000007", 1234}, .executed = {}};

Error explained(std::string text, unsigned number = 1236) {
  return dump_error(Error{ErrorCode::Rejected, std::move(text)}, number, kFrom);
}

TEST(DumpError, NamesBothWaysOutWhenTheLogIsPurged) {
  for (const char* text : {
           "Could not find first log file name in binary log index file",
           "Cannot replicate because the source purged required binary logs. Replicate ...",
           "Could not find GTID state requested by slave in any binlog files. Probably the slave "
           "state is too old and required binlog files have been purged.",
       }) {
    const Error error = explained(text);
    EXPECT_EQ(error.code(), ErrorCode::Rejected);
    EXPECT_THAT(error.message(), AllOf(HasSubstr("binlog.000007:1234"), HasSubstr("purged"),
                                       HasSubstr("reset --config FILE --to earliest"),
                                       HasSubstr("--to latest"), HasSubstr(text)));
  }
}

TEST(DumpError, TellsAStrangePositionFromAStrangeHistory) {
  EXPECT_THAT(
      explained("Client requested source to start replication from impossible position").message(),
      HasSubstr("no event at that position"));
  EXPECT_THAT(explained("Replica has more GTIDs than the source has, using the source's "
                        "SERVER_UUID.")
                  .message(),
              HasSubstr("does not hold ours"));
  EXPECT_THAT(explained("Error: connecting slave requested to start from GTID 0-1-5, which is not "
                        "in the master's binlog")
                  .message(),
              HasSubstr("does not hold ours"));
  EXPECT_THAT(explained("The replication sender thread cannot start in AUTO_POSITION mode: this "
                        "server has GTID_MODE = OFF instead of ON.")
                  .message(),
              HasSubstr("gtid_mode"));
}

TEST(DumpError, NeverAsksToTryAgainWhenTwoReplicasShareAnId) {
  for (const Error& error : {
           explained("A replica with the same server_uuid/server_id as this replica has connected "
                     "to the source; the first event ..."),
           explained("A slave with the same server_uuid/server_id is already connected", 4052),
       }) {
    EXPECT_FALSE(error.is_retryable());
    EXPECT_THAT(error.message(), HasSubstr("mysql.server_id"));
  }
}

TEST(DumpError, LeavesOtherErrorsAsTheyAre) {
  const Error error = dump_error(Error{ErrorCode::Unavailable, "gone (error 2013)"}, 2013, kFrom);
  EXPECT_EQ(error.code(), ErrorCode::Unavailable);
  EXPECT_EQ(error.message(), "gone (error 2013)");
}

}  // namespace
}  // namespace replikey::source
