#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace replikey::value {

/// Code points in, UTF-8 at the end of a string out; collects some before it appends. Borrows the
/// string. Thread: any one at a time.
class Utf8Appender {
 public:
  // The buffer is written before it is read. NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init)
  explicit Utf8Appender(std::string& out) noexcept : out_{out} {}
  Utf8Appender(const Utf8Appender&) = delete;
  Utf8Appender& operator=(const Utf8Appender&) = delete;
  ~Utf8Appender() { flush(); }

  void put(std::uint32_t code_point) {
    if (size_ + 4 > buffer_.size()) {
      flush();
    }
    if (code_point < 0x80U) {
      byte(code_point);
    } else if (code_point < 0x800U) {
      byte(0xC0U | (code_point >> 6U));
      byte(0x80U | (code_point & 0x3FU));
    } else if (code_point < 0x10000U) {
      byte(0xE0U | (code_point >> 12U));
      byte(0x80U | ((code_point >> 6U) & 0x3FU));
      byte(0x80U | (code_point & 0x3FU));
    } else {
      byte(0xF0U | (code_point >> 18U));
      byte(0x80U | ((code_point >> 12U) & 0x3FU));
      byte(0x80U | ((code_point >> 6U) & 0x3FU));
      byte(0x80U | (code_point & 0x3FU));
    }
  }

 private:
  void byte(std::uint32_t value) noexcept {
    buffer_[size_++] = static_cast<char>(static_cast<unsigned char>(value));
  }
  void flush() {
    out_.append(buffer_.data(), size_);
    size_ = 0;
  }

  std::string& out_;
  std::array<char, 256> buffer_;
  std::size_t size_ = 0;
};

}  // namespace replikey::value
