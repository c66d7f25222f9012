#include "probe.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "replikey/base/resp_reader.hpp"

namespace replikey::write {
namespace {

using Arguments = std::vector<std::string_view>;

/// One question to Redis and what its answer must be if the change took effect.
struct Question {
  Arguments command;
  std::function<bool(const redis::Reply&)> holds;
};

std::vector<Arguments> commands_of(const Batch& batch, const BatchedChange& change) {
  std::vector<Arguments> out;
  RespReader reader{
      batch.request.view().substr(change.bytes_begin, change.bytes_end - change.bytes_begin)};
  while (auto command = reader.next()) {
    out.push_back(std::move(*command));
  }
  return out;
}

bool answers_integer(const redis::Reply& reply, std::int64_t wanted) {
  return reply.kind == redis::ReplyKind::Integer && reply.integer == wanted;
}

Question ask_for_value(std::string_view key, std::string_view value) {
  return {{"GET", key}, [value](const redis::Reply& reply) {
            return reply.kind == redis::ReplyKind::String && reply.text == value;
          }};
}

Question ask_for_fields(const Arguments& hset) {
  Arguments command{"HMGET", hset[1]};
  Arguments values;
  for (std::size_t i = 2; i + 1 < hset.size(); i += 2) {
    command.push_back(hset[i]);
    values.push_back(hset[i + 1]);
  }
  return {std::move(command), [values = std::move(values)](const redis::Reply& reply) {
            if (reply.elements.size() != values.size()) {
              return false;
            }
            for (std::size_t i = 0; i < values.size(); ++i) {
              if (reply.elements[i].kind != redis::ReplyKind::String ||
                  reply.elements[i].text != values[i]) {
                return false;
              }
            }
            return true;
          }};
}

Question ask_for_no_fields(const Arguments& hdel) {
  Arguments command{hdel};
  command[0] = "HMGET";
  return {std::move(command), [count = hdel.size() - 2](const redis::Reply& reply) {
            if (reply.elements.size() != count) {
              return false;
            }
            for (const auto& element : reply.elements) {
              if (!element.is_nil()) {
                return false;
              }
            }
            return true;
          }};
}

/// What must hold once `commands`, the last change of a key, took effect.
void add_questions(const std::vector<Arguments>& commands, std::vector<Question>& out) {
  bool was_removed = false;
  std::int64_t fields = 0;
  std::string_view key;
  bool has_value = false;
  for (const auto& command : commands) {
    const auto name = command[0];
    key = command[1];
    if (name == "UNLINK") {
      was_removed = true;
    } else if (name == "SET") {
      has_value = true;
      out.push_back(ask_for_value(key, command[2]));
    } else if (name == "HSET") {
      has_value = true;
      fields = static_cast<std::int64_t>((command.size() - 2) / 2);
      out.push_back(ask_for_fields(command));
    } else if (name == "HDEL") {
      out.push_back(ask_for_no_fields(command));
    }
  }
  if (was_removed && !has_value) {
    out.push_back({{"EXISTS", key}, [](const auto& reply) { return answers_integer(reply, 0); }});
  } else if (was_removed && fields > 0) {
    out.push_back(
        {{"HLEN", key}, [fields](const auto& reply) { return answers_integer(reply, fields); }});
  }
}

}  // namespace

Result<std::vector<bool>> probe(redis::Connection& connection, const Batch& batch) {
  std::unordered_map<std::string_view, std::size_t> last_of_key;
  std::vector<std::vector<Arguments>> commands;
  for (std::size_t i = 0; i < batch.changes.size(); ++i) {
    commands.push_back(commands_of(batch, batch.changes[i]));
    if (!commands.back().empty()) {
      last_of_key[commands.back().front()[1]] = i;
    }
  }
  std::unordered_map<std::string_view, bool> took_effect;
  for (const auto& [key, index] : last_of_key) {
    std::vector<Question> questions;
    add_questions(commands[index], questions);
    RespBuffer request;
    for (const auto& question : questions) {
      request.begin_command(question.command.size());
      for (const auto argument : question.command) {
        request.argument(argument);
      }
    }
    if (auto status = connection.send(request.view()); !status) {
      return std::move(status).error();
    }
    bool holds = true;
    for (const auto& question : questions) {
      auto reply = connection.read_reply();
      if (!reply) {
        return std::move(reply).error();
      }
      if (reply->is_error() && !reply->text.starts_with("WRONGTYPE")) {
        return redis::to_error(reply->text).with_context("find out what took effect");
      }
      holds = holds && question.holds(*reply);
    }
    took_effect[key] = holds;
  }
  std::vector<bool> repeat(batch.changes.size());
  for (std::size_t i = 0; i < repeat.size(); ++i) {
    repeat[i] = !commands[i].empty() && !took_effect[commands[i].front()[1]];
  }
  return repeat;
}

}  // namespace replikey::write
