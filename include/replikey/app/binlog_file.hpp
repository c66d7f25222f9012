#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "replikey/base/result.hpp"

namespace replikey::app {

/// The events of one binlog file, one after the other; holds only the current one in memory.
/// Thread: any one at a time.
/// Fails with CorruptData; the message begins with file:position.
class BinlogFile {
 public:
  /// Fails also when the file cannot be opened or does not begin as a binlog does.
  [[nodiscard]] static Result<BinlogFile> open(const std::filesystem::path& path);

  /// Header, body and checksum; nothing at the end of the file. Valid until the next call.
  [[nodiscard]] Result<std::optional<std::span<const std::byte>>> next_event();

  /// Where the event that next_event() gave last ends.
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
  /// The file's name without its folder.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Close>;

  BinlogFile(File file, const std::filesystem::path& path);
  [[nodiscard]] Error damaged(std::string_view what) const;
  /// Makes the buffer hold `size` bytes of the event, as far as the file has them.
  [[nodiscard]] std::size_t fill(std::size_t size);

  File file_;
  std::string path_;
  std::string name_;
  std::uint64_t position_ = 0;
  std::vector<std::byte> buffer_;
  std::size_t filled_ = 0;
};

}  // namespace replikey::app
