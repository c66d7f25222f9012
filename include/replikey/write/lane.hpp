#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "replikey/base/result.hpp"
#include "replikey/checkpoint/progress.hpp"
#include "replikey/model/flavour.hpp"
#include "replikey/write/inlet.hpp"
#include "replikey/write/options.hpp"

namespace replikey::write {

/// How a lane ended.
struct LaneEnd {
  enum class Kind : std::uint8_t {
    Drained,    ///< All it was given is in Redis, progress too.
    Abandoned,  ///< Asked to stop at once; progress in Redis is exact, later changes are not there.
    Rewind,     ///< Redis went back to an older state: read progress again and resume from there.
    Failed,     ///< Cannot go on; see error. Progress in Redis is exact.
  };
  Kind kind = Kind::Drained;
  Error error{ErrorCode::Closed, {}};  ///< Failed only.
};

/// What a lane is told when it is made.
struct LaneSetup {
  std::string name;     ///< The pipeline's.
  std::string session;  ///< Token of this run; progress in Redis carries it.
  Flavour flavour = Flavour::MySql;
  std::size_t index = 0;
  std::string source;  ///< Identity of the server the stream comes from.
  checkpoint::LaneProgress start;
  /// Positions in `start` belong to another server: tell transactions by GTID.
  bool compares_by_gtid = false;
};

/// One writer: takes items from its inlet, renders them, sends them in MULTI … EXEC together with
/// the progress they make, and reads every reply. While one batch executes, the next is rendered;
/// an EXEC is sent only when the one before it was judged, so that nothing overtakes a refusal.
///
/// Owns its thread and its connection. Thread: constructed, started and joined by one thread.
class Lane {
 public:
  /// `on_end` is called once, from the lane's thread, as its last act.
  Lane(Options options, LaneSetup setup, std::function<void(LaneEnd)> on_end);
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  [[nodiscard]] Inlet& inlet() noexcept;
  void start();
  /// Ends waits at once; what is not in Redis yet is left to the next run. Thread: any.
  void abandon() noexcept;
  void join();

 private:
  class Writer;
  std::unique_ptr<Writer> writer_;
};

}  // namespace replikey::write
