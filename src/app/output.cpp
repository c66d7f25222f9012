#include "replikey/app/output.hpp"

#include <cerrno>
#include <cstdio>

#include <unistd.h>

namespace replikey::app {

bool LineWriter::end_line() {
  buffer_ += '\n';
  mark_ = buffer_.size();
  return buffer_.size() < capacity_ || flush();
}

bool LineWriter::line(std::string_view text) {
  buffer_ += text;
  return end_line();
}

bool LineWriter::flush() {
  std::string_view rest = std::string_view{buffer_}.substr(0, mark_);
  while (!rest.empty() && error_ == 0) {
    const auto written = ::write(descriptor_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  buffer_.erase(0, mark_);
  mark_ = 0;
  return error_ == 0;
}

bool LineWriter::is_reader_gone() const noexcept {
  return error_ == EPIPE;
}

void complain(std::string_view text) {
  std::fprintf(stderr, "replikey: %.*s\n", static_cast<int>(text.size()), text.data());
}

}  // namespace replikey::app
