#include "support/redis_client.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>

#include <hiredis/hiredis.h>
#include <sys/time.h>

namespace replikey::test {
namespace {

constexpr timeval kTimeout{.tv_sec = 60, .tv_usec = 0};

RedisReply converted(const redisReply& raw) {
  using Type = RedisReply::Type;
  RedisReply reply;
  switch (raw.type) {
    case REDIS_REPLY_STATUS: reply.type = Type::Status; break;
    case REDIS_REPLY_ERROR: reply.type = Type::Error; break;
    case REDIS_REPLY_STRING: reply.type = Type::Text; break;
    case REDIS_REPLY_INTEGER:
      reply.type = Type::Integer;
      reply.integer = raw.integer;
      break;
    case REDIS_REPLY_ARRAY:
      reply.type = Type::Array;
      for (std::size_t i = 0; i < raw.elements; ++i) {
        reply.elements.push_back(converted(*raw.element[i]));
      }
      break;
    default: break;  // nil
  }
  if (raw.str != nullptr) {
    reply.text.assign(raw.str, raw.len);
  }
  return reply;
}

}  // namespace

void RedisClient::Close::operator()(redisContext* context) const noexcept {
  ::redisFree(context);
}

RedisClient::RedisClient(const RedisAddress& address)
    : context_{address.socket.empty()
                   ? ::redisConnectWithTimeout(address.host.c_str(), address.port, kTimeout)
                   : ::redisConnectUnixWithTimeout(address.socket.c_str(), kTimeout)} {
  if (!context_ || context_->err != 0) {
    throw std::runtime_error{std::string{"connect to Redis: "} +
                             (context_ ? context_->errstr : "no memory")};
  }
  ::redisSetTimeout(context_.get(), kTimeout);
  if (!address.password.empty()) {
    command({"AUTH", address.user.empty() ? "default" : address.user, address.password});
  }
}

RedisReply RedisClient::try_command(const std::vector<std::string>& arguments) {
  std::vector<const char*> texts;
  std::vector<std::size_t> lengths;
  for (const std::string& argument : arguments) {
    texts.push_back(argument.data());
    lengths.push_back(argument.size());
  }
  void* raw = ::redisCommandArgv(context_.get(), static_cast<int>(texts.size()), texts.data(),
                                 lengths.data());
  if (raw == nullptr) {
    throw std::runtime_error{"Redis: " + arguments.at(0) + ": " + context_->errstr};
  }
  RedisReply reply = converted(*static_cast<redisReply*>(raw));
  ::freeReplyObject(raw);
  return reply;
}

RedisReply RedisClient::command(const std::vector<std::string>& arguments) {
  RedisReply reply = try_command(arguments);
  if (reply.is_error()) {
    throw std::runtime_error{"Redis: " + arguments.at(0) + ": " + reply.text};
  }
  return reply;
}

std::optional<std::string> RedisClient::get(std::string_view key) {
  RedisReply reply = command({"GET", std::string{key}});
  return reply.type == RedisReply::Type::Text ? std::optional{std::move(reply.text)} : std::nullopt;
}

std::map<std::string, std::string> RedisClient::hgetall(std::string_view key) {
  const RedisReply reply = command({"HGETALL", std::string{key}});
  std::map<std::string, std::string> fields;
  for (std::size_t i = 0; i + 1 < reply.elements.size(); i += 2) {
    fields[reply.elements[i].text] = reply.elements[i + 1].text;
  }
  return fields;
}

bool RedisClient::exists(std::string_view key) {
  return command({"EXISTS", std::string{key}}).integer != 0;
}

std::vector<std::string> RedisClient::keys(std::string_view pattern) {
  std::vector<std::string> result;
  std::string cursor = "0";
  do {
    const RedisReply page =
        command({"SCAN", cursor, "MATCH", std::string{pattern}, "COUNT", "1000"});
    cursor = page.elements.at(0).text;
    for (const RedisReply& key : page.elements.at(1).elements) {
      result.push_back(key.text);
    }
  } while (cursor != "0");
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());  // SCAN may repeat
  return result;
}

std::string RedisClient::info(std::string_view section, std::string_view field) {
  const std::string text = command({"INFO", std::string{section}}).text;
  const std::string name = "\n" + std::string{field} + ":";
  const std::size_t found = text.find(name);
  if (found == std::string::npos) {
    throw std::runtime_error{"INFO has no " + std::string{field}};
  }
  const std::size_t begin = found + name.size();
  return text.substr(begin, text.find('\r', begin) - begin);
}

void RedisClient::flush_all() {
  command({"FLUSHALL"});
}

}  // namespace replikey::test
