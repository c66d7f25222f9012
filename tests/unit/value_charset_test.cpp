#include "value_goldens.hpp"
#include <gtest/gtest.h>

#include "replikey/value/charset.hpp"

namespace replikey::value {
namespace {

TEST(Charset, IsNamedByCollation) {
  EXPECT_EQ(charset_name(8), "latin1");
  EXPECT_EQ(charset_name(33), "utf8mb3");
  EXPECT_EQ(charset_name(45), "utf8mb4");
  EXPECT_EQ(charset_name(63), "binary");
  EXPECT_EQ(charset_name(255), "utf8mb4");
  EXPECT_EQ(charset_name(1032), "latin1");   // latin1_swedish_nopad_ci of MariaDB
  EXPECT_EQ(charset_name(2304), "utf8mb4");  // utf8mb4_uca1400_ai_ci of MariaDB
  EXPECT_EQ(charset_name(0), "");
  EXPECT_EQ(charset_name(17), "");
  EXPECT_EQ(charset_name(65535), "");
}

TEST(Charset, ConvertsAsMysqlDoes) {
  const auto rows = read_table(REPLIKEY_TEST_GOLDENS "/value/charsets.tsv");
  ASSERT_GT(rows.size(), 40U);
  for (const auto& row : rows) {
    const auto collation = static_cast<std::uint16_t>(std::stoi(row.at(1)));
    std::string out;
    ASSERT_TRUE(append_utf8(out, as_bytes(unhex(row.at(2))), collation)) << row.at(0);
    EXPECT_EQ(out, unhex(row.at(3))) << row.at(0);
    EXPECT_EQ(charset_name(collation), row.at(0));
  }
}

TEST(Charset, TakesTruncatedAndInvalidBytes) {
  for (const auto& row : read_table(REPLIKEY_TEST_GOLDENS "/value/charsets.tsv")) {
    const auto collation = static_cast<std::uint16_t>(std::stoi(row.at(1)));
    for (int first = 0; first < 256; ++first) {
      for (const std::string_view tail :
           {"", "\x01", "\xFF", "\x30\x81", "\x30\x81\x7F", "\xFF\xFF\xFF\xFF"}) {
        std::string out;
        EXPECT_TRUE(
            append_utf8(out, as_bytes(std::string(1, static_cast<char>(first)) + std::string{tail}),
                        collation));
      }
    }
  }
}

TEST(Charset, RefusesCollationsNobodyKnows) {
  std::string out;
  const Status status = append_utf8(out, {}, 9999);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code(), ErrorCode::Unsupported);
}

}  // namespace
}  // namespace replikey::value
