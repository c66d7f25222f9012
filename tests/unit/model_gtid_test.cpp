#include <string>

#include "support/event_builder.hpp"
#include <gtest/gtest.h>

#include "replikey/base/byte_cursor.hpp"
#include "replikey/model/binlog_position.hpp"
#include "replikey/model/gtid.hpp"
#include "replikey/model/gtid_set.hpp"

namespace replikey {
namespace {

using test::from_hex;
using test::to_hex;

constexpr const char* kUuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
constexpr const char* kOther = "4e11fa47-71ca-11e1-9e33-c80aa9429562";

std::string reprint(std::string_view text, Flavour flavour = Flavour::MySql) {
  const auto set = GtidSet::parse(text, flavour);
  return set ? set->to_string() : "error: " + set.error().message();
}

Gtid gtid(std::string_view text) {
  return *parse_gtid(text);
}

TEST(BinlogPosition, ReadsWhatItPrints) {
  const auto position = parse_binlog_position("my:odd.name.000012:4294967300");
  ASSERT_TRUE(position);
  EXPECT_EQ(position->file, "my:odd.name.000012");
  EXPECT_EQ(position->offset, 4294967300U);
  EXPECT_EQ(to_string(*position), "my:odd.name.000012:4294967300");
}

TEST(BinlogPosition, RefusesWhatIsNone) {
  for (const char* text : {"", ":", "binlog.000001", "binlog.000001:", ":4", "binlog.000001:4x",
                           "binlog.000001:-4", "binlog.000001:99999999999999999999"}) {
    EXPECT_FALSE(parse_binlog_position(text)) << text;
  }
}

TEST(BinlogPosition, ComparesByNumberNeverByText) {
  const BinlogPosition old{"binlog.999999", 900};
  const BinlogPosition young{"binlog.1000000", 4};
  EXPECT_EQ(compare(old, young), std::strong_ordering::less);
  EXPECT_EQ(compare(young, young), std::strong_ordering::equal);
  EXPECT_EQ(compare({"binlog.1000000", 5}, young), std::strong_ordering::greater);
  EXPECT_EQ(compare({"", 9}, old), std::strong_ordering::less);
  EXPECT_EQ(compare(old, {"", 9}), std::strong_ordering::greater);
}

TEST(BinlogPosition, TellsNumberAndBaseOfAFile) {
  EXPECT_EQ(file_number("mysql-bin.000012"), 12U);
  EXPECT_EQ(file_base("mysql-bin.000012"), "mysql-bin");
  EXPECT_EQ(file_number("mysql57"), 0U);
  EXPECT_EQ(file_base("mysql57"), "mysql57");
  EXPECT_EQ(file_number(""), 0U);
}

TEST(GtidText, ReadsWhatItPrints) {
  for (const std::string& text : {std::string{kUuid} + ":7", std::string{kUuid} + ":tag_1:9",
                                  std::string{"1-4294967295-9"}}) {
    const auto parsed = parse_gtid(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(to_string(*parsed), text);
  }
  EXPECT_EQ(gtid("").kind, Gtid::Kind::None);
  EXPECT_EQ(to_string(Gtid{}), "");
}

TEST(GtidText, RefusesWhatIsNone) {
  const std::string uuid = kUuid;
  for (const std::string& text :
       {uuid, uuid + ":", uuid + ":0", uuid + ":x", uuid + ":1x:3", uuid + ":a-b:3",
        uuid + ":9223372036854775807", uuid + ":" + std::string(33, 'a') + ":1", "x" + uuid + ":1",
        std::string{"0-1"}, std::string{"0-1-x"}, std::string{"4294967296-1-1"},
        std::string{"3e11fa47x71ca-11e1-9e33-c80aa9429562:1"},
        std::string{"3e11fa4g-71ca-11e1-9e33-c80aa9429562:1"}}) {
    EXPECT_FALSE(parse_gtid(text)) << text;
  }
}

TEST(GtidSet, PrintsAsTheServerDoes) {
  const std::string uuid = kUuid;
  EXPECT_EQ(reprint(" 3E11FA47-71CA-11E1-9E33-C80AA9429562 : 1 - 5 :7,\n" + uuid + ":tag:1-3"),
            uuid + ":1-5:7:tag:1-3");
  EXPECT_EQ(reprint(uuid + ":1-3:tag:8-52:9," + kOther + ":Tag:1"),
            uuid + ":1-3:tag:8-52," + kOther + ":tag:1");
  EXPECT_EQ(reprint(uuid + ":5:1-2:3:9-10:8"), uuid + ":1-3:5:8-10");
  EXPECT_EQ(reprint(""), "");
  EXPECT_EQ(reprint("1-2-5,0-1-100", Flavour::MariaDb), "0-1-100,1-2-5");
}

TEST(GtidSet, RefusesWhatIsNone) {
  const std::string uuid = kUuid;
  for (const std::string& text : {uuid, uuid + ":", uuid + ":0-5", uuid + ":5-4", uuid + ":tag",
                                  uuid + ":1:tag", uuid + ":1-2-3", std::string{"0-1-5"}}) {
    EXPECT_FALSE(GtidSet::parse(text, Flavour::MySql)) << text;
  }
  EXPECT_FALSE(GtidSet::parse(uuid + ":1", Flavour::MariaDb));
  EXPECT_FALSE(GtidSet::parse("0-1", Flavour::MariaDb));
}

TEST(GtidSet, JoinsNeighbours) {
  GtidSet set;
  for (const char* number : {"3", "1", "5", "2", "4", "2"}) {
    set.add(gtid(std::string{kUuid} + ":" + number));
  }
  EXPECT_EQ(set.to_string(), std::string{kUuid} + ":1-5");
  set.add(Gtid{});
  EXPECT_EQ(set.to_string(), std::string{kUuid} + ":1-5");
}

TEST(GtidSet, KnowsItsMembers) {
  const auto set = *GtidSet::parse(std::string{kUuid} + ":2-4:8:tag:1", Flavour::MySql);
  const auto has = [&set](const std::string& rest) {
    return set.contains(gtid(std::string{kUuid} + ":" + rest));
  };
  EXPECT_TRUE(has("2") && has("3") && has("4") && has("8") && has("tag:1"));
  EXPECT_FALSE(has("1") || has("5") || has("9") || has("tag:2") || has("other:1"));
  EXPECT_FALSE(set.contains(gtid(std::string{kOther} + ":3")));
  EXPECT_FALSE(set.contains(Gtid{}));
}

TEST(GtidSet, HoldsTheLastOfEachDomain) {
  auto set = *GtidSet::parse("0-1-100", Flavour::MariaDb);
  set.add(gtid("0-2-101"));
  set.add(gtid("0-1-99"));
  set.add(gtid("7-1-3"));
  EXPECT_EQ(set.to_string(), "0-2-101,7-1-3");
  EXPECT_TRUE(set.contains(gtid("0-1-100")));
  EXPECT_FALSE(set.contains(gtid("0-1-102")));
  EXPECT_FALSE(set.contains(gtid("8-1-1")));
}

TEST(GtidSet, MergesBothFlavours) {
  const std::string uuid = kUuid;
  auto set = *GtidSet::parse(uuid + ":1-3", Flavour::MySql);
  set.merge(*GtidSet::parse(uuid + ":3-6," + kOther + ":1", Flavour::MySql));
  EXPECT_EQ(set.to_string(), uuid + ":1-6," + kOther + ":1");
  auto maria = *GtidSet::parse("0-1-5,1-1-9", Flavour::MariaDb);
  maria.merge(*GtidSet::parse("0-2-7,1-2-3", Flavour::MariaDb));
  EXPECT_EQ(maria.to_string(), "0-2-7,1-1-9");
}

// From https://github.com/go-mysql-org/go-mysql replication/event_test.go, recorded on MySQL 8.3.
TEST(GtidSet, ReadsAndWritesTheServersBinaryForms) {
  const std::string untagged =
      "0100000000000000896e788218fe11efab8822222d34d41101000000000000000100000000000000"
      "0400000000000000";
  const std::string tagged =
      "0102000000000001896e788218fe11efab8822222d34d411000100000000000000010000000000000005000000"
      "00000000896e788218fe11efab8822222d34d4110861616161010000000000000001000000000000000200000000"
      "000000";
  const auto plain = GtidSet::decode(from_hex(untagged));
  ASSERT_TRUE(plain) << plain.error().message();
  EXPECT_EQ(plain->to_string(), "896e7882-18fe-11ef-ab88-22222d34d411:1-3");
  EXPECT_EQ(to_hex(as_bytes(plain->encode())), untagged);
  const auto with_tag = GtidSet::decode(from_hex(tagged));
  ASSERT_TRUE(with_tag) << with_tag.error().message();
  EXPECT_EQ(with_tag->to_string(), "896e7882-18fe-11ef-ab88-22222d34d411:1-4:aaaa:1");
  EXPECT_EQ(to_hex(as_bytes(with_tag->encode())), tagged);
  EXPECT_EQ(to_hex(as_bytes(GtidSet{}.encode())), "0000000000000000");
}

TEST(GtidSet, RefusesEveryTruncationOfTheBinaryForm) {
  const auto set =
      *GtidSet::parse(std::string{kUuid} + ":1-5:9:tag:1-3," + kOther + ":1", Flavour::MySql);
  const std::string bytes = set.encode();
  ASSERT_EQ(*GtidSet::decode(bytes), set);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(GtidSet::decode(std::string_view{bytes}.substr(0, size))) << size;
  }
  EXPECT_FALSE(GtidSet::decode(bytes + "x"));
  std::string unknown = bytes;
  unknown[7] = '\x02';
  EXPECT_FALSE(GtidSet::decode(unknown));
}

}  // namespace
}  // namespace replikey
