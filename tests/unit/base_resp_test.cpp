// RespBuffer against a parser of its own, and RespReader against damaged requests.

#include <optional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "replikey/base/resp_buffer.hpp"
#include "replikey/base/resp_reader.hpp"

namespace replikey {
namespace {

using Command = std::vector<std::string>;

/// A second reading of the protocol, character by character.
std::optional<std::vector<Command>> parse(const std::string& bytes) {
  std::vector<Command> out;
  std::size_t at = 0;
  const auto number = [&](char kind) -> std::optional<std::size_t> {
    if (at >= bytes.size() || bytes[at] != kind) {
      return std::nullopt;
    }
    ++at;
    std::size_t value = 0;
    std::size_t digits = 0;
    for (; at < bytes.size() && bytes[at] >= '0' && bytes[at] <= '9'; ++at, ++digits) {
      value = value * 10 + static_cast<std::size_t>(bytes[at] - '0');
    }
    if (digits == 0 || bytes.compare(at, 2, "\r\n") != 0) {
      return std::nullopt;
    }
    at += 2;
    return value;
  };
  while (at < bytes.size()) {
    const auto count = number('*');
    if (!count) {
      return std::nullopt;
    }
    Command command;
    for (std::size_t i = 0; i < *count; ++i) {
      const auto length = number('$');
      if (!length || at + *length + 2 > bytes.size() ||
          bytes.compare(at + *length, 2, "\r\n") != 0) {
        return std::nullopt;
      }
      command.push_back(bytes.substr(at, *length));
      at += *length + 2;
    }
    out.push_back(std::move(command));
  }
  return out;
}

std::vector<Command> read(std::string_view bytes) {
  std::vector<Command> out;
  RespReader reader{bytes};
  while (const auto command = reader.next()) {
    out.emplace_back(command->begin(), command->end());
  }
  return out;
}

TEST(RespBuffer, WritesCommands) {
  RespBuffer out;
  EXPECT_TRUE(out.empty());
  out.command({"SET", "a", ""});
  EXPECT_EQ(out.view(), "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$0\r\n\r\n");
  const auto size = out.size();
  out.begin_command(2);
  out.argument("X");
  out.integer_argument(std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse(std::string{out.view()}),
            (std::vector<Command>{{"SET", "a", ""}, {"X", "-9223372036854775808"}}));
  out.truncate(size);
  EXPECT_EQ(read(out.view()), (std::vector<Command>{{"SET", "a", ""}}));
  out.clear();
  out.append_raw("*1\r\n$1\r\nA\r\n");
  EXPECT_EQ(read(out.view()), (std::vector<Command>{{"A"}}));
}

TEST(RespBuffer, ClosesAnArgumentOfEveryLengthAfterEveryOther) {
  const std::size_t lengths[] = {0, 1, 9, 10, 11, 99, 100, 101, 999, 1000, 9999, 10000, 123456};
  for (const auto first : lengths) {
    for (const auto second : lengths) {
      RespBuffer out;
      std::vector<Command> wanted;
      for (const auto length : {first, second, first}) {
        const std::string value(length, static_cast<char>('a' + length % 26));
        out.begin_command(3);
        out.argument("SET");
        const auto open = out.open_argument();
        // Piece by piece, as a document grows.
        out.text().append(value, 0, length / 2);
        out.text().append(value, length / 2);
        out.close_argument(open);
        out.argument("tail");
        wanted.push_back({"SET", value, "tail"});
      }
      ASSERT_EQ(parse(std::string{out.view()}), wanted) << first << " then " << second;
    }
  }
}

TEST(RespBuffer, GoesOnAfterAnArgumentThatWasGivenUp) {
  RespBuffer out;
  out.command({"PING"});
  const auto size = out.size();
  out.begin_command(2);
  static_cast<void>(out.open_argument());
  out.text() += "half a doc";
  out.truncate(size);
  out.begin_command(1);
  const auto open = out.open_argument();
  out.text() += "x";
  out.close_argument(open);
  EXPECT_EQ(parse(std::string{out.view()}), (std::vector<Command>{{"PING"}, {"x"}}));
}

TEST(RespReader, ReadsBackRandomCommands) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random{seed};
  for (int round = 0; round < 200; ++round) {
    RespBuffer out;
    std::vector<Command> wanted;
    for (auto commands = random() % 4; commands > 0; --commands) {
      Command command(1 + random() % 5);
      for (auto& argument : command) {
        for (auto size = random() % 300; size > 0; --size) {
          argument += static_cast<char>(random() % 256);
        }
      }
      out.begin_command(command.size());
      for (const auto& argument : command) {
        if (random() % 2 == 0) {
          out.argument(argument);
        } else {
          const auto open = out.open_argument();
          out.text() += argument;
          out.close_argument(open);
        }
      }
      wanted.push_back(std::move(command));
    }
    ASSERT_EQ(parse(std::string{out.view()}), wanted);
    ASSERT_EQ(read(out.view()), wanted);
  }
}

TEST(RespReader, EndsAtWhatIsNoRequest) {
  for (const std::string_view bytes :
       {"", "*", "*1", "*\r\n", "*x\r\n", "*-1\r\n", "+OK\r\n", "*1\r\n", "*1\r\n$\r\n\r\n",
        "*1\r\n$1\r\n", "*1\r\n$2\r\na\r\n", "*1\r\n$1\r\nabc", "*1\r\n+OK\r\n", "*0\r\n",
        "*1\r\n$18446744073709551615\r\na\r\n", "*18446744073709551615\r\n$1\r\na\r\n",
        "*99999999999999999999999\r\n", "*1000000000000\r\n$1\r\na\r\n"}) {
    EXPECT_TRUE(read(bytes).empty()) << bytes;
  }
}

TEST(RespReader, DoesNotGoOnBehindADamagedRequest) {
  RespReader reader{"*1\r\n$1\r\na\r\n*1\r\n$8\r\n*1\r\n$1\r\nb\r\n"};
  EXPECT_TRUE(reader.next());
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.next());
}

TEST(RespReader, EndsAtEveryPrefix) {
  RespBuffer out;
  out.command({"SET", "key", "a long enough value"});
  for (std::size_t size = 0; size < out.size(); ++size) {
    EXPECT_TRUE(read(out.view().substr(0, size)).empty()) << size;
  }
}

}  // namespace
}  // namespace replikey
