#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "replikey/base/result.hpp"
#include "replikey/write/inlet.hpp"
#include "replikey/write/lane.hpp"

namespace replikey::write {

/// Takes items like a lane and prints the commands instead of sending them; saves nothing.
/// Owns its thread. Thread: constructed, started and joined by one thread.
class DryRun {
 public:
  /// `print` gets one command in redis-cli's quoting, without a line end, from this thread.
  DryRun(std::function<void(std::string_view)> print, std::function<void(LaneEnd)> on_end);
  ~DryRun();
  DryRun(const DryRun&) = delete;
  DryRun& operator=(const DryRun&) = delete;

  [[nodiscard]] Inlet& inlet() noexcept;
  void start();
  void abandon() noexcept;
  void join();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace replikey::write
