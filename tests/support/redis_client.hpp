#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct redisContext;

namespace replikey::test {

struct RedisAddress {
  std::string host{"127.0.0.1"};
  std::uint16_t port = 0;
  std::string socket{};  ///< used instead of host and port when set
  std::string user{};    ///< `default` when empty
  std::string password{};
};

struct RedisReply {
  enum class Type : std::uint8_t { Nil, Status, Text, Integer, Array, Error };
  Type type = Type::Nil;
  std::string text{};  ///< of Status, Text and Error
  std::int64_t integer = 0;
  std::vector<RedisReply> elements{};

  [[nodiscard]] bool is_error() const noexcept { return type == Type::Error; }
};

/// A test's own connection to a Redis or Valkey server, not built on what is tested.
/// Thread: any, but one at a time.
/// Fails: by throwing, when the connection is lost or, but for try_command(), when the server
/// says no.
class RedisClient {
 public:
  explicit RedisClient(const RedisAddress& address);

  RedisReply command(const std::vector<std::string>& arguments);
  /// Gives an error of the server back as a reply.
  RedisReply try_command(const std::vector<std::string>& arguments);

  [[nodiscard]] std::optional<std::string> get(std::string_view key);
  [[nodiscard]] std::map<std::string, std::string> hgetall(std::string_view key);
  [[nodiscard]] bool exists(std::string_view key);
  /// All keys that match, sorted.
  [[nodiscard]] std::vector<std::string> keys(std::string_view pattern = "*");
  [[nodiscard]] std::string info(std::string_view section, std::string_view field);
  void flush_all();

 private:
  struct Close {
    void operator()(redisContext* context) const noexcept;
  };
  std::unique_ptr<redisContext, Close> context_;
};

}  // namespace replikey::test
