#include "transport.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace replikey::redis {
namespace {

Error from_errno(int code, std::string_view doing) {
  return Error{ErrorCode::Unavailable,
               std::string{doing} + ": " + std::generic_category().message(code)};
}

struct FreeAddresses {
  void operator()(addrinfo* list) const noexcept { freeaddrinfo(list); }
};

Status await(int fd, short events, std::chrono::milliseconds timeout) {
  pollfd entry{.fd = fd, .events = events, .revents = 0};
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const int ready = ::poll(&entry, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready > 0) {
      return ok();
    }
    if (ready == 0) {
      return Error{ErrorCode::Timeout,
                   "no answer within " + std::to_string(timeout.count()) + " ms"};
    }
    if (errno != EINTR) {
      return from_errno(errno, "poll");
    }
  }
}

/// Gives the connected socket, or closes it.
Result<int> finish_connect(int fd, const sockaddr* address, socklen_t size,
                           std::chrono::milliseconds timeout) {
  if (::connect(fd, address, size) != 0) {
    if (errno != EINPROGRESS && errno != EAGAIN) {
      const int code = errno;
      ::close(fd);
      return from_errno(code, "connect");
    }
    if (auto status = await(fd, POLLOUT, timeout); !status) {
      ::close(fd);
      return std::move(status).error();
    }
    int code = 0;
    socklen_t length = sizeof code;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &length);
    if (code != 0) {
      ::close(fd);
      return from_errno(code, "connect");
    }
  }
  return fd;
}

Result<int> connect_unix(const ConnectionOptions& options) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (options.socket.size() >= sizeof address.sun_path) {
    return Error{ErrorCode::InvalidConfig, "redis.socket: the path is too long for a unix socket"};
  }
  std::memcpy(&address.sun_path, options.socket.data(), options.socket.size());
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) {
    return from_errno(errno, "socket");
  }
  // sockaddr_un is passed as sockaddr. NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  return finish_connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address,
                        options.timeout);
}

Result<int> connect_tcp(const ConnectionOptions& options) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const auto port = std::to_string(options.port);
  if (const int code = ::getaddrinfo(options.host.c_str(), port.c_str(), &hints, &found);
      code != 0) {
    return Error{ErrorCode::Unavailable, options.host + ": " + ::gai_strerror(code)};
  }
  const std::unique_ptr<addrinfo, FreeAddresses> list{found};
  Result<int> last = Error{ErrorCode::Unavailable, options.host + ": no address"};
  for (const auto* entry = list.get(); entry != nullptr; entry = entry->ai_next) {
    const int fd = ::socket(entry->ai_family, entry->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                            entry->ai_protocol);
    if (fd < 0) {
      last = from_errno(errno, "socket");
      continue;
    }
    last = finish_connect(fd, entry->ai_addr, entry->ai_addrlen, options.timeout);
    if (last) {
      const int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
      break;
    }
  }
  return last;
}

}  // namespace

Result<Transport> Transport::connect(const ConnectionOptions& options) {
  auto fd = options.socket.empty() ? connect_tcp(options) : connect_unix(options);
  if (!fd) {
    return std::move(fd).error();
  }
  return Transport{*fd, options.timeout};
}

Transport::Transport(Transport&& other) noexcept
    : fd_{std::exchange(other.fd_, -1)}, timeout_{other.timeout_} {}

Transport::~Transport() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

Status Transport::wait(short events) const {
  return await(fd_, events, timeout_);
}

Status Transport::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (auto status = wait(POLLOUT); !status) {
        return status;
      }
    } else if (errno != EINTR) {
      return from_errno(errno, "send");
    }
  }
  return ok();
}

Result<std::size_t> Transport::read_some(std::span<char> into) {
  for (;;) {
    const auto got = ::recv(fd_, into.data(), into.size(), 0);
    if (got > 0) {
      return static_cast<std::size_t>(got);
    }
    if (got == 0) {
      return Error{ErrorCode::Unavailable, "the connection was closed"};
    }
    if (errno == EAGAIN) {
      if (auto status = wait(POLLIN); !status) {
        return std::move(status).error();
      }
    } else if (errno != EINTR) {
      return from_errno(errno, "receive");
    }
  }
}

void Transport::interrupt() noexcept {
  ::shutdown(fd_, SHUT_RDWR);
}

}  // namespace replikey::redis
