#pragma once

#include <functional>
#include <string_view>
#include <thread>

namespace replikey::app {

/// Tells the service manager ("READY=1", "STATUS=…") through $NOTIFY_SOCKET; without one it does
/// nothing. Failures are ignored: nobody could mend them. Thread: any.
void notify_service_manager(std::string_view state) noexcept;

/// Waits for SIGTERM and SIGINT in a thread of its own. The first calls `on_stop`; the second ends
/// the process at once with 128 plus its number.
/// Make it before any other thread starts: it blocks both signals for all that follow.
class SignalWatcher {
 public:
  explicit SignalWatcher(std::function<void(int signal)> on_stop);
  ~SignalWatcher();
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;

 private:
  void watch() const;

  std::function<void(int)> on_stop_;
  int signals_ = -1;  // signalfd
  int end_ = -1;      // eventfd
  std::thread thread_;
};

}  // namespace replikey::app
