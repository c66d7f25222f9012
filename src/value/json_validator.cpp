#include "json_validator.hpp"

#include <bitset>

#include "utf8.hpp"

namespace replikey::value {
namespace {

constexpr std::size_t kMaxDepth = 512;

class Validator {
 public:
  explicit Validator(std::string_view text) noexcept
      : p_{text.data()}, end_{text.data() + text.size()} {}

  bool run() noexcept;

 private:
  bool scalar() noexcept;
  bool string() noexcept;
  bool escape() noexcept;
  bool number() noexcept;
  bool digits() noexcept;
  bool open() noexcept;
  bool close_all(bool& is_done) noexcept;
  bool member_name() noexcept;

  void blanks() noexcept {
    while (p_ != end_ && (*p_ == ' ' || *p_ == '\t' || *p_ == '\n' || *p_ == '\r')) {
      ++p_;
    }
  }
  bool take(char c) noexcept {
    if (p_ == end_ || *p_ != c) {
      return false;
    }
    ++p_;
    return true;
  }
  bool take(std::string_view word) noexcept {
    if (!std::string_view{p_, static_cast<std::size_t>(end_ - p_)}.starts_with(word)) {
      return false;
    }
    p_ += word.size();
    return true;
  }

  const char* p_;
  const char* end_;
  std::bitset<kMaxDepth> is_object_;  ///< By depth.
  std::size_t depth_ = 0;
  bool opened_ = false;  ///< The last value was the opening of a container with something in it.
};

bool Validator::run() noexcept {
  bool is_done = false;
  while (!is_done) {
    blanks();
    opened_ = false;
    if (p_ == end_ || !((*p_ == '{' || *p_ == '[') ? open() : scalar())) {
      return false;
    }
    if (!opened_ && !close_all(is_done)) {
      return false;
    }
  }
  return p_ == end_;
}

/// After `{` or `[`: stands before the first value inside, or behind the bracket of an empty one.
bool Validator::open() noexcept {
  const bool is_object = *p_++ == '{';
  blanks();
  if (take(is_object ? '}' : ']')) {
    return true;
  }
  if (depth_ == kMaxDepth) {
    return false;
  }
  is_object_[depth_++] = is_object;
  opened_ = true;
  return !is_object || member_name();
}

bool Validator::member_name() noexcept {
  blanks();
  if (!string()) {
    return false;
  }
  blanks();
  return take(':');
}

/// After a value: closes what ends here and stands before the next value, or is done.
bool Validator::close_all(bool& is_done) noexcept {
  while (true) {
    blanks();
    if (depth_ == 0) {
      is_done = true;
      return true;
    }
    const bool is_object = is_object_[depth_ - 1];
    if (take(',')) {
      return !is_object || member_name();
    }
    if (!take(is_object ? '}' : ']')) {
      return false;
    }
    --depth_;
  }
}

bool Validator::scalar() noexcept {
  switch (*p_) {
    case '"': return string();
    case 't': return take("true");
    case 'f': return take("false");
    case 'n': return take("null");
    default: return number();
  }
}

bool Validator::string() noexcept {
  if (!take('"')) {
    return false;
  }
  while (p_ != end_) {
    if (*p_ == '"') {
      ++p_;
      return true;
    }
    if (*p_ == '\\') {
      ++p_;
      if (!escape()) {
        return false;
      }
      continue;
    }
    const std::size_t length = utf8_length(p_, end_);
    if (length == 0 || static_cast<unsigned char>(*p_) < 0x20U) {
      return false;
    }
    p_ += length;
  }
  return false;
}

bool Validator::escape() noexcept {
  if (p_ == end_) {
    return false;
  }
  const char c = *p_++;
  if (c != 'u') {
    return std::string_view{"\"\\/bfnrt"}.find(c) != std::string_view::npos;
  }
  for (int i = 0; i < 4; ++i, ++p_) {
    if (p_ == end_ ||
        std::string_view{"0123456789abcdefABCDEF"}.find(*p_) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

bool Validator::digits() noexcept {
  const char* const start = p_;
  while (p_ != end_ && *p_ >= '0' && *p_ <= '9') {
    ++p_;
  }
  return p_ != start;
}

bool Validator::number() noexcept {
  take('-');
  if (!take('0') && !digits()) {
    return false;
  }
  if (take('.') && !digits()) {
    return false;
  }
  if (take('e') || take('E')) {
    if (!take('+')) {
      take('-');
    }
    return digits();
  }
  return true;
}

}  // namespace

bool is_json(std::string_view text) noexcept {
  return Validator{text}.run();
}

}  // namespace replikey::value
