#include "support/free_port.hpp"

#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

namespace replikey::test {
namespace {

// Below the range from which the kernel takes ports for outgoing connections.
constexpr std::uint16_t kFirstPort = 15000;
constexpr std::uint16_t kLastPort = 31999;

bool is_listening_possible(std::uint16_t port) {
  const int handle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // The casts below are how this interface of C is called.
  const bool is_possible =
      ::bind(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::listen(handle, 1) == 0;
  ::close(handle);
  return is_possible;
}

/// Holds the lock until the process ends: the handle is left open on purpose.
bool is_promised_to_us(std::uint16_t port) {
  const auto folder = std::filesystem::temp_directory_path() / "replikey-ports";
  std::filesystem::create_directories(folder);
  const auto file = folder / std::to_string(port);
  const int handle = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (handle < 0) {
    return false;
  }
  if (::flock(handle, LOCK_EX | LOCK_NB) != 0) {
    ::close(handle);
    return false;
  }
  return true;
}

}  // namespace

std::uint16_t free_port() {
  std::random_device seed;
  std::uniform_int_distribution<unsigned> pick{kFirstPort, kLastPort};
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const auto port = static_cast<std::uint16_t>(pick(seed));
    if (is_promised_to_us(port) && is_listening_possible(port)) {
      return port;
    }
  }
  throw std::runtime_error{"no free port"};
}

}  // namespace replikey::test
