#include <gtest/gtest.h>

#include "replikey/model/gtid.hpp"
#include "replikey/source/options.hpp"

namespace replikey::source {
namespace {

TEST(ServerId, IsTheSameInEveryVersionOfTheProgram) {
  // Servers know a replica by these: a change would let an old instance run beside the new one.
  EXPECT_EQ(server_id_for("shop"), 2264660939U);
  EXPECT_EQ(uuid_for("shop"), "5d9ea201-608f-814d-88bd-3af8fde68307");
}

TEST(ServerId, IsAnotherForAnotherName) {
  EXPECT_NE(server_id_for("shop"), server_id_for("shop2"));
  EXPECT_NE(uuid_for("shop"), uuid_for("shop2"));
}

TEST(ServerId, IsNeverOneThatMeansSomethingElse) {
  for (const char* name : {"", "a", "shop", "a-very-long-name-of-a-pipeline"}) {
    EXPECT_GE(server_id_for(name), 0x80000000U);
  }
}

TEST(ReplicaUuid, IsAUuid) {
  const std::string uuid = uuid_for("shop");
  EXPECT_TRUE(parse_uuid(uuid));
  EXPECT_EQ(uuid[14], '8');
  EXPECT_NE(std::string{"89ab"}.find(uuid[19]), std::string::npos);
}

}  // namespace
}  // namespace replikey::source
