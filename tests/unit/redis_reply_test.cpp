// What error replies ask of us.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replikey/redis/connection.hpp"
#include "replikey/redis/reply.hpp"

namespace replikey::redis {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Reaction, IsARetryForWhatPassesByItself) {
  for (const auto* code : {"OOM", "READONLY", "LOADING", "BUSY", "MASTERDOWN", "MISCONF",
                           "NOREPLICAS", "CLUSTERDOWN", "TRYAGAIN"}) {
    EXPECT_EQ(reaction_to(code), Reaction::Retry) << code;
    EXPECT_EQ(reaction_to(std::string{code} + " some text"), Reaction::Retry) << code;
    EXPECT_EQ(reaction_to(std::string{code} + "X some text"), Reaction::Stop) << code;
    const auto error = to_error(std::string{code} + " some text");
    EXPECT_EQ(error.code(), ErrorCode::Unavailable) << code;
    EXPECT_THAT(error.message(), StartsWith(std::string{code} + " some text"));
  }
}

TEST(Reaction, IsAStopForEverythingElse) {
  for (const auto* reply :
       {"", "ERR unknown command", "WRONGTYPE Operation against a key", "NOAUTH", "WRONGPASS",
        "NOPERM this user", "EXECABORT Transaction discarded", "oom", " OOM", "MOVED 1 a:1"}) {
    EXPECT_EQ(reaction_to(reply), Reaction::Stop) << reply;
    EXPECT_EQ(to_error(reply).code(), ErrorCode::Rejected) << reply;
  }
}

TEST(ToError, NamesTheMendWhereItIsKnown) {
  EXPECT_THAT(to_error("NOAUTH a").message(), HasSubstr("; mend: set redis.username"));
  EXPECT_THAT(to_error("WRONGPASS a").message(), HasSubstr("; mend: set redis.username"));
  EXPECT_THAT(to_error("NOPERM a").message(), HasSubstr("ACL SETUSER"));
  EXPECT_THAT(to_error("OOM a").message(), HasSubstr("maxmemory"));
  EXPECT_THAT(to_error("READONLY a").message(), HasSubstr("primary"));
  EXPECT_THAT(to_error("MISCONF a").message(), HasSubstr("disk full"));
  EXPECT_THAT(to_error("WRONGTYPE a").message(), HasSubstr("UNLINK"));
  EXPECT_EQ(to_error("ERR a").message(), "ERR a");
  EXPECT_EQ(to_error("LOADING a").message(), "LOADING a");
}

TEST(ClientLibrary, SaysItsVersion) {
  EXPECT_THAT(client_library(), StartsWith("hiredis "));
}

}  // namespace
}  // namespace replikey::redis
