#include "bench/resp_file.hpp"

#include <charconv>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace replikey::bench {
namespace {

/// One character of a quoted argument; `rest` begins behind the backslash.
char escaped(std::string_view& rest) {
  const char kind = rest.empty() ? '\0' : rest.front();
  rest.remove_prefix(rest.empty() ? 0 : 1);
  switch (kind) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'x': {
      unsigned value = 0;
      std::from_chars(rest.data(), rest.data() + std::min<std::size_t>(2, rest.size()), value, 16);
      rest.remove_prefix(std::min<std::size_t>(2, rest.size()));
      return static_cast<char>(value);
    }
    default: return kind;
  }
}

std::string next_argument(std::string_view& rest) {
  std::string argument;
  if (!rest.starts_with('"')) {
    argument = rest.substr(0, rest.find(' '));
    rest.remove_prefix(argument.size());
    return argument;
  }
  rest.remove_prefix(1);
  while (!rest.empty() && rest.front() != '"') {
    const char c = rest.front();
    rest.remove_prefix(1);
    argument += c == '\\' ? escaped(rest) : c;
  }
  if (rest.empty()) {
    throw std::runtime_error{"a quote that is never closed"};
  }
  rest.remove_prefix(1);
  return argument;
}

}  // namespace

std::size_t write_resp_file(const std::filesystem::path& commands,
                            const std::filesystem::path& requests) {
  std::ifstream in{commands};
  std::ofstream out{requests, std::ios::binary};
  std::size_t count = 0;
  std::vector<std::string> arguments;
  for (std::string line; std::getline(in, line); ++count) {
    arguments.clear();
    for (std::string_view rest{line}; !rest.empty();) {
      arguments.push_back(next_argument(rest));
      rest.remove_prefix(rest.starts_with(' ') ? 1 : 0);
    }
    out << '*' << arguments.size() << "\r\n";
    for (const auto& argument : arguments) {
      out << '$' << argument.size() << "\r\n" << argument << "\r\n";
    }
  }
  if (!out.flush() || count == 0) {
    throw std::runtime_error{"no commands in " + commands.string()};
  }
  return count;
}

}  // namespace replikey::bench
