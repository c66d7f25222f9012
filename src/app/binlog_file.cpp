#include "replikey/app/binlog_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "replikey/base/byte_cursor.hpp"
#include "replikey/model/raw_event.hpp"

namespace replikey::app {
namespace {

constexpr std::size_t kMagicSize = 4;
constexpr std::string_view kMagic{
    "\xfe"
    "bin",
    kMagicSize};
constexpr std::string_view kEncryptedMagic{
    "\xfd"
    "bin",
    kMagicSize};
constexpr std::size_t kSizeOffset = 9;
/// An event's size is believed only as far as bytes are there: memory grows by this much.
constexpr std::size_t kStep = std::size_t{1} << 20U;

Error unreadable(const std::filesystem::path& path, std::string_view why) {
  return Error{ErrorCode::CorruptData, path.string() + ": " + std::string{why}};
}

std::string reason(int number) {
  return std::generic_category().message(number);
}

}  // namespace

BinlogFile::BinlogFile(File file, const std::filesystem::path& path)
    : file_{std::move(file)}, path_{path.string()}, name_{path.filename().string()} {}

Result<BinlogFile> BinlogFile::open(const std::filesystem::path& path) {
  File file{std::fopen(path.c_str(), "rbe")};
  if (file == nullptr) {
    return unreadable(path, "cannot be opened: " + reason(errno));
  }
  std::array<std::byte, kMagicSize> magic{};
  errno = 0;
  const std::size_t count = std::fread(magic.data(), 1, magic.size(), file.get());
  if (std::ferror(file.get()) != 0) {
    return unreadable(path, "cannot be read: " + reason(errno));
  }
  const auto text = as_text(magic).substr(0, count);
  if (text == kEncryptedMagic) {
    return unreadable(path,
                      "is encrypted (binlog_encryption); fetch it decrypted with mysqlbinlog "
                      "--read-from-remote-server --raw");
  }
  if (text != kMagic) {
    return unreadable(path, count == 0 ? "is empty, so no binlog file"
                                       : "is no binlog file: it does not begin with fe 62 69 6e");
  }
  BinlogFile opened{std::move(file), path};
  opened.position_ = kMagicSize;
  return opened;
}

Error BinlogFile::damaged(std::string_view what) const {
  return Error{ErrorCode::CorruptData,
               path_ + ":" + std::to_string(position_) + ": " + std::string{what}};
}

std::size_t BinlogFile::fill(std::size_t size) {
  while (filled_ < size) {
    const std::size_t wanted = std::min(size - filled_, kStep);
    if (buffer_.size() < filled_ + wanted) {
      buffer_.resize(filled_ + wanted);
    }
    const std::size_t count = std::fread(buffer_.data() + filled_, 1, wanted, file_.get());
    filled_ += count;
    if (count < wanted) {
      break;
    }
  }
  return filled_;
}

Result<std::optional<std::span<const std::byte>>> BinlogFile::next_event() {
  filled_ = 0;
  errno = 0;
  const std::size_t header = fill(EventHeader::kSize);
  if (std::ferror(file_.get()) != 0) {
    return damaged("cannot be read: " + reason(errno));
  }
  if (header == 0) {
    return std::optional<std::span<const std::byte>>{};
  }
  if (header < EventHeader::kSize) {
    return damaged(
        "the file ends inside of an event's header: it was cut short, or is still "
        "being written");
  }
  ByteCursor cursor{std::span{buffer_}.subspan(kSizeOffset)};
  const std::size_t size = cursor.read_le<std::uint32_t>().value_or(0);
  if (size < EventHeader::kSize) {
    return damaged("an event says it has " + std::to_string(size) + " bytes, less than a header");
  }
  if (const std::size_t got = fill(size); got < size) {
    return damaged("the file ends inside of an event, after " + std::to_string(got) + " of " +
                   std::to_string(size) + " bytes: it was cut short, or is still being written");
  }
  position_ += size;
  return std::optional{std::span<const std::byte>{buffer_}.first(size)};
}

}  // namespace replikey::app
