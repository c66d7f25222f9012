#include "replikey/redis/connection.hpp"

#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "transport.hpp"
#include <hiredis/hiredis.h>

#include "replikey/base/resp_buffer.hpp"

namespace replikey::redis {
namespace {

// hiredis parses, we judge: its reader calls these instead of building an object per reply. A task
// without a parent is the reply itself.
struct Sink {
  Connection::Visitor visitor = nullptr;
  void* context = nullptr;
};

char token = 0;  // what the reader keeps as "the object"; never read

void* tell(const redisReadTask* task, ReplyKind kind, std::string_view text) {
  const auto& sink = *static_cast<const Sink*>(task->privdata);
  const long index = task->parent == nullptr ? -1 : task->idx;
  sink.visitor(sink.context, index, kind, text);
  return &token;
}

void* on_string(const redisReadTask* task, char* text, std::size_t size) {
  const auto kind = task->type == REDIS_REPLY_ERROR    ? ReplyKind::Error
                    : task->type == REDIS_REPLY_STATUS ? ReplyKind::Status
                                                       : ReplyKind::String;
  return tell(task, kind, {text, size});
}

void* on_integer(const redisReadTask* task, long long value) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return tell(task, ReplyKind::Integer,
              {digits.data(), static_cast<std::size_t>(end - digits.data())});
}

void* on_nil(const redisReadTask* task) {
  return tell(task, ReplyKind::Nil, {});
}

#if HIREDIS_MAJOR >= 1
using ArrayCount = std::size_t;
#else
using ArrayCount = int;
#endif

void* on_array(const redisReadTask* task, ArrayCount) {
  return tell(task, ReplyKind::Array, {});
}

void on_free(void* /*object*/) {}

redisReplyObjectFunctions make_functions() {
  redisReplyObjectFunctions functions{};
  functions.createString = on_string;
  functions.createArray = on_array;
  functions.createInteger = on_integer;
  functions.createNil = on_nil;
  functions.freeObject = on_free;
  return functions;
}

struct FreeReader {
  void operator()(redisReader* reader) const noexcept { redisReaderFree(reader); }
};

Reply to_reply(ReplyKind kind, std::string_view text) {
  Reply reply;
  reply.kind = kind;
  if (kind == ReplyKind::Integer) {
    std::from_chars(text.data(), text.data() + text.size(), reply.integer);
  } else {
    reply.text = text;
  }
  return reply;
}

}  // namespace

struct Connection::State {
  explicit State(Transport socket) : transport{std::move(socket)} {}

  Transport transport;
  redisReplyObjectFunctions functions = make_functions();
  std::unique_ptr<redisReader, FreeReader> reader{redisReaderCreateWithFunctions(&functions)};
  std::vector<char> input = std::vector<char>(std::size_t{16} * 1024);
  RespBuffer output;
};

Connection::Connection(std::unique_ptr<State> state) noexcept : state_{std::move(state)} {}
Connection::Connection(Connection&& other) noexcept = default;
Connection& Connection::operator=(Connection&& other) noexcept = default;
Connection::~Connection() = default;

Result<Connection> Connection::open(const ConnectionOptions& options) {
  const auto where =
      options.socket.empty() ? options.host + ":" + std::to_string(options.port) : options.socket;
  auto transport = Transport::connect(options);
  if (!transport) {
    return std::move(transport).error().with_context("redis at " + where);
  }
  Connection connection{std::make_unique<State>(std::move(*transport))};
  connection.state_->reader->maxbuf = 0;  // keep the reader's buffer, whatever it grew to
  const auto ask = [&](std::initializer_list<std::string_view> arguments) -> Status {
    auto reply = connection.command(arguments);
    if (!reply) {
      return std::move(reply).error().with_context("redis at " + where);
    }
    if (reply->is_error()) {
      return to_error(reply->text)
          .with_context("redis at " + where + ", " + std::string{*arguments.begin()});
    }
    return ok();
  };
  if (!options.password.empty()) {
    auto status = options.username.empty() ? ask({"AUTH", options.password})
                                           : ask({"AUTH", options.username, options.password});
    if (!status) {
      return std::move(status).error();
    }
  }
  if (options.database != 0) {
    if (auto status = ask({"SELECT", std::to_string(options.database)}); !status) {
      return std::move(status).error();
    }
  }
  if (auto status = ask({"PING"}); !status) {
    return std::move(status).error();
  }
  if (!options.client_name.empty()) {
    // Only a label in CLIENT LIST: an account without the right to set it works as well.
    if (auto reply = connection.command({"CLIENT", "SETNAME", options.client_name}); !reply) {
      return std::move(reply).error();
    }
  }
  return connection;
}

Status Connection::send(std::string_view bytes) {
  return state_->transport.write_all(bytes);
}

Status Connection::visit_reply(Visitor visitor, void* context) {
  Sink sink{.visitor = visitor, .context = context};
  auto& state = *state_;
  state.reader->privdata = &sink;  // the macro for it does not compile as C++
  for (;;) {
    void* object = nullptr;
    if (redisReaderGetReply(state.reader.get(), &object) != REDIS_OK) {
      return Error{ErrorCode::Unavailable, std::string{"redis answered what is no reply: "} +
                                               static_cast<const char*>(state.reader->errstr)};
    }
    if (object != nullptr) {
      return ok();
    }
    auto got = state.transport.read_some(state.input);
    if (!got) {
      return std::move(got).error();
    }
    redisReaderFeed(state.reader.get(), state.input.data(), *got);
  }
}

Result<Reply> Connection::read_reply() {
  Reply top;
  auto status = visit_reply(
      [](void* context, long index, ReplyKind kind, std::string_view text) {
        auto& reply = *static_cast<Reply*>(context);
        if (index < 0) {
          reply = to_reply(kind, text);
        } else {
          reply.elements.push_back(to_reply(kind, text));
        }
      },
      &top);
  if (!status) {
    return std::move(status).error();
  }
  return top;
}

Result<Reply> Connection::command(std::initializer_list<std::string_view> arguments) {
  state_->output.clear();
  state_->output.command(arguments);
  if (auto status = send(state_->output.view()); !status) {
    return std::move(status).error();
  }
  return read_reply();
}

void Connection::interrupt() noexcept {
  if (state_) {
    state_->transport.interrupt();
  }
}

std::string client_library() {
  return "hiredis " + std::to_string(HIREDIS_MAJOR) + "." + std::to_string(HIREDIS_MINOR) + "." +
         std::to_string(HIREDIS_PATCH);
}

}  // namespace replikey::redis
