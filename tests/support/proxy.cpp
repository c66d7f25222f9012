#include "support/proxy.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>

#include "support/free_port.hpp"
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace replikey::test {
namespace {

constexpr std::string_view kExec = "\r\nEXEC\r\n";

sockaddr_in local(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// Sockets take their address so. NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast)
int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = local(port);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return socket;
  }
  ::close(socket);
  return -1;
}

int listen_on(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const auto address = local(port);
  constexpr int kBacklog = 64;
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(socket, kBacklog) != 0) {
    ::close(socket);
    throw std::runtime_error{"the proxy cannot listen on port " + std::to_string(port)};
  }
  return socket;
}
// NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

/// Empty when the other side is gone.
std::string_view receive(int socket, std::span<char> buffer) {
  const auto got = ::recv(socket, buffer.data(), buffer.size(), 0);
  return {buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
}

using Buffer = std::array<char, 65536>;

}  // namespace

Proxy::Proxy(std::uint16_t server_port)
    : server_port_{server_port}, port_{free_port()}, listener_{listen_on(port_)}, acceptor_{[this] {
        accept_all();
      }} {}

Proxy::~Proxy() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  for (Link& link : links_) {
    ::shutdown(link.client, SHUT_RDWR);
    ::shutdown(link.server, SHUT_RDWR);
    link.requests.join();
    link.replies.join();
    ::close(link.client);
    ::close(link.server);
  }
}

void Proxy::hold_replies_after(std::string_view word) {
  const std::scoped_lock lock{mutex_};
  word_ = word;
}

std::string Proxy::word() const {
  const std::scoped_lock lock{mutex_};
  return word_;
}

void Proxy::accept_all() {
  for (;;) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) {
      return;
    }
    const int server = connect_to(server_port_);
    if (server < 0) {
      ::close(client);
      continue;
    }
    Link& link = links_.emplace_back();
    link.client = client;
    link.server = server;
    link.requests = std::jthread{[this, &link] { hand_on_requests(link); }};
    link.replies = std::jthread{[&link] { hand_on_replies(link); }};
  }
}

void Proxy::hand_on_requests(Link& link) {
  Buffer buffer{};
  std::string seen;  // what may hold the word, or the EXEC behind it
  bool has_word = false;
  for (;;) {
    const auto bytes = receive(link.client, buffer);
    if (bytes.empty()) {
      break;
    }
    const std::string wanted = word();
    if (!wanted.empty() && !link.is_held) {
      seen += bytes;
      if (!has_word) {
        const auto found = seen.find(wanted);
        has_word = found != std::string::npos;
        const auto keep = std::min(seen.size(), wanted.size() - 1);
        seen.erase(0, has_word ? found + wanted.size() : seen.size() - keep);
      }
      if (has_word && seen.find(kExec) != std::string::npos) {
        link.is_held = true;  // before the server sees it
        is_holding_ = true;
      }
    }
    if (!send_all(link.server, bytes)) {
      break;
    }
  }
  ::shutdown(link.server, SHUT_WR);
}

void Proxy::hand_on_replies(Link& link) {
  Buffer buffer{};
  for (;;) {
    const auto bytes = receive(link.server, buffer);
    if (bytes.empty()) {
      break;
    }
    if (!link.is_held && !send_all(link.client, bytes)) {
      break;
    }
  }
  ::shutdown(link.client, SHUT_RDWR);
}

}  // namespace replikey::test
