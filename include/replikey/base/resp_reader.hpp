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

  /// The next command's arguments, or nothing at the end (or at bytes that are no request).
  [[nodiscard]] std::optional<std::vector<std::string_view>> next();

 private:
  [[nodiscard]] std::optional<std::size_t> read_length(char kind);

  std::string_view rest_;
};

}  // namespace replikey
