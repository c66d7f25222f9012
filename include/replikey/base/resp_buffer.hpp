#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace replikey {

/// Builds requests of the Redis protocol (arrays of bulk strings) in one growing buffer.
/// https://redis.io/docs/latest/develop/reference/protocol-spec/
/// `clear` keeps the memory, so that a reused buffer allocates nothing in the steady state.
/// Thread: any one at a time.
class RespBuffer {
 public:
  void clear() noexcept { bytes_.clear(); }
  void reserve(std::size_t bytes) { bytes_.reserve(bytes); }
  [[nodiscard]] std::string_view view() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
  [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }

  /// Cuts off everything after the first `size` bytes; undoes a command that failed half way.
  void truncate(std::size_t size) { bytes_.resize(size); }
  void append_raw(std::string_view bytes) { bytes_ += bytes; }

  void begin_command(std::size_t argument_count) { append_length('*', argument_count); }

  void argument(std::string_view value) {
    append_length('$', value.size());
    bytes_ += value;
    bytes_ += "\r\n";
  }

  void integer_argument(std::int64_t value) {
    char digits[20];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
    argument({std::begin(digits), static_cast<std::size_t>(end - std::begin(digits))});
  }

  void command(std::initializer_list<std::string_view> arguments) {
    begin_command(arguments.size());
    for (const auto value : arguments) {
      argument(value);
    }
  }

  /// An argument whose length is not known yet: append its bytes to `open_argument()` and close it.
  /// The length is guessed from the last one, so that the bytes seldom move.
  struct OpenArgument {
    std::size_t header;
    std::size_t payload;
  };
  [[nodiscard]] OpenArgument open_argument() {
    const auto header = bytes_.size();
    bytes_.append(1 + guessed_digits_ + 2, '\0');
    return {header, bytes_.size()};
  }
  /// Where an open argument's bytes are appended. Nothing else may be appended meanwhile.
  [[nodiscard]] std::string& text() noexcept { return bytes_; }
  void close_argument(OpenArgument open) {
    const auto length = bytes_.size() - open.payload;
    char digits[20];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), length).ptr;
    const auto count = static_cast<std::size_t>(end - std::begin(digits));
    if (count != guessed_digits_) {
      const auto payload = open.header + 1 + count + 2;
      if (count > guessed_digits_) {
        bytes_.resize(bytes_.size() + (count - guessed_digits_));
      }
      std::memmove(bytes_.data() + payload, bytes_.data() + open.payload, length);
      bytes_.resize(payload + length);
      guessed_digits_ = count;
    }
    char* header = bytes_.data() + open.header;
    *header++ = '$';
    std::memcpy(header, std::begin(digits), count);
    std::memcpy(header + count, "\r\n", 2);
    bytes_ += "\r\n";
  }

 private:
  void append_length(char kind, std::size_t length) {
    char digits[24];
    digits[0] = kind;
    char* end = std::to_chars(std::begin(digits) + 1, std::end(digits) - 2, length).ptr;
    *end++ = '\r';
    *end++ = '\n';
    bytes_.append(std::begin(digits), static_cast<std::size_t>(end - std::begin(digits)));
  }

  std::string bytes_;
  std::size_t guessed_digits_ = 3;
};

}  // namespace replikey
