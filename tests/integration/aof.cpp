#include "aof.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>

#include "support/temp_dir.hpp"

namespace replikey::test {
namespace {

/// Reads commands as RESP arrays.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_{text} {}

  std::optional<std::vector<std::string_view>> next() {
    while (!text_.empty() && text_.front() == '#') {
      line();  // an annotation
    }
    if (text_.empty()) {
      return std::nullopt;
    }
    std::vector<std::string_view> command(number('*'));
    for (auto& argument : command) {
      const auto size = number('$');
      if (text_.size() < size + 2) {
        throw std::runtime_error{"the append-only file is cut off"};
      }
      argument = text_.substr(0, size);
      text_.remove_prefix(size + 2);
    }
    return command;
  }

 private:
  std::string_view line() {
    const auto end = text_.find("\r\n");
    if (end == std::string_view::npos) {
      throw std::runtime_error{"the append-only file is cut off"};
    }
    const auto out = text_.substr(0, end);
    text_.remove_prefix(end + 2);
    return out;
  }

  std::size_t number(char kind) {
    const auto text = line();
    std::size_t value = 0;
    const auto* const last = text.data() + text.size();
    if (text.size() < 2 || text.front() != kind ||
        std::from_chars(text.data() + 1, last, value).ptr != last) {
      throw std::runtime_error{"not a command in the append-only file: " + std::string{text}};
    }
    return value;
  }

  std::string_view text_;
};

/// The files with commands, oldest first.
std::map<std::size_t, std::filesystem::path> increments(const std::filesystem::path& folder) {
  constexpr std::string_view kTail = ".incr.aof";
  std::map<std::size_t, std::filesystem::path> out;
  for (const auto& file : std::filesystem::directory_iterator{folder}) {
    auto name = file.path().filename().string();
    if (name.ends_with(kTail)) {
      name.resize(name.size() - kTail.size());
      out[std::stoul(name.substr(name.rfind('.') + 1))] = file.path();
    }
  }
  return out;
}

}  // namespace

std::size_t visit_aof(const RedisServer& redis, const std::function<void(const Executed&)>& visit) {
  std::size_t count = 0;
  for (const auto& [number, path] : increments(redis.datadir() / "appendonlydir")) {
    const auto text = read_file(path);
    Reader reader{text};
    Executed executed;
    while (auto command = reader.next()) {
      const auto name = command->at(0);
      if (name == "SELECT") {
        continue;
      }
      if (name == "MULTI") {
        executed.is_transaction = true;
        continue;
      }
      if (name != "EXEC") {
        executed.commands.push_back(std::move(*command));
        if (executed.is_transaction) {
          continue;
        }
      }
      visit(executed);
      ++count;
      executed = {};
    }
    if (executed.is_transaction) {
      throw std::runtime_error{"the append-only file ends within a transaction"};
    }
  }
  return count;
}

}  // namespace replikey::test
