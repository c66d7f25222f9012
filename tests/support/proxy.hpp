#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace replikey::test {

/// A TCP proxy in front of a Redis on 127.0.0.1. It hands on everything until told to keep the
/// replies to an EXEC back: what is sent takes effect, and whoever sent it never learns so.
/// Thread: any.
/// Fails: by throwing, when it cannot listen.
class Proxy {
 public:
  explicit Proxy(std::uint16_t server_port);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// On a connection whose requests hold `word` from now on, no reply passes from the next EXEC on.
  void hold_replies_after(std::string_view word);
  /// Whether some connection's replies are held back.
  [[nodiscard]] bool is_holding() const noexcept { return is_holding_; }

 private:
  struct Link {
    int client = -1;
    int server = -1;
    std::atomic<bool> is_held = false;
    std::jthread requests{};
    std::jthread replies{};
  };

  void accept_all();
  void hand_on_requests(Link& link);
  static void hand_on_replies(Link& link);
  [[nodiscard]] std::string word() const;

  std::uint16_t server_port_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::atomic<bool> is_holding_ = false;
  mutable std::mutex mutex_;  ///< Of what stands below.
  std::string word_;
  std::list<Link> links_;
  std::jthread acceptor_;
};

}  // namespace replikey::test
