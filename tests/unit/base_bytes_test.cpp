// ByteCursor and nearest.

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "replikey/base/byte_cursor.hpp"
#include "replikey/base/error.hpp"
#include "replikey/base/nearest.hpp"

namespace replikey {
namespace {

using namespace std::string_view_literals;

TEST(ByteCursor, ReadsIntegersOfEveryWidth) {
  ByteCursor cursor{as_bytes("\x01\x02\x03\x04\x05\x06\x07\x08\xff\xfe\xfd"sv)};
  EXPECT_EQ(cursor.read_le<std::uint8_t>(), 0x01U);
  EXPECT_EQ(cursor.read_le<std::uint16_t>(), 0x0302U);
  EXPECT_EQ((cursor.read_le<std::uint32_t, 3>()), 0x060504U);
  EXPECT_EQ((cursor.read_le<std::uint64_t, 5>()), 0xFDFEFF0807U);
  EXPECT_EQ(cursor.remaining(), 0U);
  EXPECT_FALSE(cursor.read_le<std::uint8_t>());
}

TEST(ByteCursor, StaysWhereItWasWhenItFails) {
  ByteCursor cursor{as_bytes("abc"sv)};
  EXPECT_FALSE(cursor.read_le<std::uint32_t>());
  EXPECT_FALSE(cursor.read_bytes(4));
  EXPECT_FALSE(cursor.read_bytes(~std::uint64_t{0}));
  EXPECT_FALSE(cursor.skip(4));
  EXPECT_EQ(as_text(cursor.rest()), "abc");
  EXPECT_TRUE(cursor.skip(0));
  const auto two = cursor.read_bytes(2);
  ASSERT_TRUE(two);
  EXPECT_EQ(as_text(*two), "ab");
  EXPECT_TRUE(cursor.skip(1));
  EXPECT_FALSE(cursor.skip(1));
}

TEST(ByteCursor, ReadsEveryFormOfALengthEncodedInteger) {
  const struct {
    std::string_view bytes;
    std::uint64_t value;
  } cases[] = {{"\x00"sv, 0},
               {"\xfa"sv, 250},
               {"\xfc\xfb\x00"sv, 251},
               {"\xfc\xff\xff"sv, 0xFFFF},
               {"\xfd\x00\x00\x01"sv, 0x10000},
               {"\xfe\x01\x02\x03\x04\x05\x06\x07\x88"sv, 0x8807060504030201U}};
  for (const auto& [bytes, value] : cases) {
    ByteCursor cursor{as_bytes(bytes)};
    EXPECT_EQ(cursor.read_lenenc(), value);
    EXPECT_EQ(cursor.remaining(), 0U);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      ByteCursor part{as_bytes(bytes.substr(0, size))};
      EXPECT_FALSE(part.read_lenenc()) << value << " cut to " << size;
      EXPECT_EQ(part.remaining(), size);
    }
  }
}

TEST(ByteCursor, RefusesNullAndErrorMarksAsLengths) {
  for (const auto bytes : {"\xfb\x01\x02"sv, "\xff\x01\x02"sv}) {
    ByteCursor cursor{as_bytes(bytes)};
    EXPECT_FALSE(cursor.read_lenenc());
    EXPECT_EQ(cursor.remaining(), 3U);
  }
}

TEST(Nearest, FindsWhatWasMeant) {
  const std::vector<std::string> known{"title", "author", "published_at", "id"};
  EXPECT_EQ(nearest("titel", known), "title");
  EXPECT_EQ(nearest("authors", known), "author");
  EXPECT_EQ(nearest("publshed_at", known), "published_at");
  EXPECT_EQ(nearest("title", known), "title");
  EXPECT_EQ(nearest("ID", {}), "");
}

TEST(Nearest, DoesNotGuessWhatHasNothingInCommon) {
  const std::vector<std::string> known{"title", "id", ""};
  EXPECT_EQ(nearest("no", known), "");
  EXPECT_EQ(nearest("x", known), "");
  EXPECT_EQ(nearest("", known), "");
  EXPECT_EQ(nearest("something", known), "");
  EXPECT_EQ(nearest("di", std::vector<std::string>{"d"}), "d");
}

TEST(Nearest, SaysSoInASentence) {
  const std::vector<std::string> known{"title"};
  EXPECT_EQ(did_you_mean("titel", known), " (did you mean \"title\"?)");
  EXPECT_EQ(did_you_mean("zzzzzz", known), "");
}

TEST(Error, KeepsItsCodeWhenContextIsAdded) {
  const auto error = Error{ErrorCode::Timeout, "no answer"}.with_context("redis");
  EXPECT_EQ(error.code(), ErrorCode::Timeout);
  EXPECT_EQ(error.message(), "redis: no answer");
  EXPECT_TRUE(error.is_retryable());
}

TEST(Error, SaysWhichCodesAreWorthARetry) {
  const struct {
    ErrorCode code;
    std::string_view name;
    bool is_retryable;
  } cases[] = {{ErrorCode::Unavailable, "unavailable", true},
               {ErrorCode::Timeout, "timeout", true},
               {ErrorCode::Closed, "closed", false},
               {ErrorCode::CorruptData, "corrupt data", false},
               {ErrorCode::Unsupported, "unsupported", false},
               {ErrorCode::InvalidConfig, "invalid config", false},
               {ErrorCode::Rejected, "rejected", false}};
  for (const auto& [code, name, is_retryable] : cases) {
    EXPECT_EQ(to_string(code), name);
    EXPECT_EQ((Error{code, {}}.is_retryable()), is_retryable) << name;
  }
}

}  // namespace
}  // namespace replikey
