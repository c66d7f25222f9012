#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replikey/catalog/catalog.hpp"

namespace replikey::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Labels, AreReadWithTheirQuotesAndCommas) {
  EXPECT_THAT(parse_labels("enum('draft','published')"), ElementsAre("draft", "published"));
  EXPECT_THAT(parse_labels("set('it''s','a,b','')"), ElementsAre("it's", "a,b", ""));
  EXPECT_THAT(parse_labels("enum('''')"), ElementsAre("'"));
}

TEST(Labels, OfADamagedTextAreNoReasonToCrash) {
  EXPECT_THAT(parse_labels("int(11)"), IsEmpty());
  EXPECT_THAT(parse_labels("enum('open"), ElementsAre("open"));
  EXPECT_THAT(parse_labels("enum('"), ElementsAre(""));
}

}  // namespace
}  // namespace replikey::catalog
