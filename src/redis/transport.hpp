#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <span>
#include <string_view>

#include "replikey/base/result.hpp"
#include "replikey/redis/options.hpp"

namespace replikey::redis {

/// A connected socket that moves bytes with a time limit. Thread: one, but for interrupt.
class Transport {
 public:
  [[nodiscard]] static Result<Transport> connect(const ConnectionOptions& options);

  Transport(Transport&& other) noexcept;
  Transport& operator=(Transport&&) = delete;
  ~Transport();

  [[nodiscard]] Status write_all(std::string_view bytes);
  /// At least one byte; fails with Unavailable at the end of the stream.
  [[nodiscard]] Result<std::size_t> read_some(std::span<char> into);
  void interrupt() noexcept;

 private:
  Transport(int fd, std::chrono::milliseconds timeout) noexcept : fd_{fd}, timeout_{timeout} {}
  [[nodiscard]] Status wait(short events) const;

  int fd_;
  std::chrono::milliseconds timeout_;
};

}  // namespace replikey::redis
