#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replikey/source/foreign_keys.hpp"

namespace replikey::source {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Cascades, AreReadFromShowCreateTable) {
  EXPECT_THAT(
      cascades_in("CREATE TABLE `child` (\n"
                  "  `id` int(11) NOT NULL COMMENT 'ON DELETE CASCADE',\n"
                  "  PRIMARY KEY (`id`),\n"
                  "  KEY `k` (`a`),\n"
                  "  CONSTRAINT `plain` FOREIGN KEY (`a`) REFERENCES `parent` (`id`),\n"
                  "  CONSTRAINT `strict` FOREIGN KEY (`a`) REFERENCES `parent` (`id`) ON DELETE "
                  "RESTRICT ON UPDATE NO ACTION,\n"
                  "  CONSTRAINT `odd``one` FOREIGN KEY (`a`, `b`) REFERENCES `other`.`pa)rent` "
                  "(`id`, `id2`) ON DELETE SET NULL ON UPDATE CASCADE,\n"
                  "  CONSTRAINT `last` FOREIGN KEY (`a`) REFERENCES `parent` (`id`) ON DELETE "
                  "CASCADE\n"
                  ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"),
      ElementsAre(Cascade{"odd`one", "other.pa)rent", "ON DELETE SET NULL ON UPDATE CASCADE"},
                  Cascade{"last", "parent", "ON DELETE CASCADE"}));
}

TEST(Cascades, OfADamagedTextAreNone) {
  for (const char* text : {"", "  CONSTRAINT `", "  CONSTRAINT `a` FOREIGN KEY (", "\n\n",
                           "  CONSTRAINT `a` FOREIGN KEY (`b`) REFERENCES `c`.`"}) {
    EXPECT_THAT(cascades_in(text), IsEmpty()) << text;
  }
}

}  // namespace
}  // namespace replikey::source
