#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace replikey {

/// Walks requests of the Redis protocol that RespBuffer built. Borrows its bytes.
/// Thread: any one at a time.
class RespReader {
 public:
  explicit RespReader(std::string_view bytes) noexcept : rest_{bytes} {}

  /// The next command's arguments, at least one; nothing at the end, and from bytes that are no
  /// request on.
  [[nodiscard]] std::optional<std::vector<std::string_view>> next();

 private:
  [[nodiscard]] std::optional<std::size_t> read_length(char kind);

  std::string_view rest_;
  bool is_broken_ = false;  // no request where one should begin, or its end is missing
};

}  // namespace replikey
