#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "batch.hpp"
#include "exchange.hpp"
#include "lane_state.hpp"
#include "row_renderer.hpp"

#include "replikey/redis/connection.hpp"
#include "replikey/write/lane.hpp"

namespace replikey::write {

/// The lane's thread and what it works with. Two batches take turns: `open_` is being filled while
/// `sent_` executes. writer.cpp takes items, writer_delivery.cpp sends and judges,
/// writer_recovery.cpp finds out what became of a batch whose replies were never read.
class Lane::Writer {
 public:
  Writer(Options options, LaneSetup setup, std::function<void(LaneEnd)> on_end);

  [[nodiscard]] Inlet& inlet() noexcept { return inlet_; }
  void start();
  void abandon() noexcept;
  void join();

 private:
  using Clock = std::chrono::steady_clock;
  /// A turn's outcome: how the lane ended, or nothing when it goes on.
  using Turn = std::optional<LaneEnd>;

  [[nodiscard]] LaneEnd run(const std::stop_token& stop);
  [[nodiscard]] Turn step(const std::stop_token& stop);
  [[nodiscard]] Turn rest(const std::stop_token& stop);

  // Taking items.
  void fill(const std::stop_token& stop);
  [[nodiscard]] bool take(const Item& item);
  [[nodiscard]] bool take_change(const Change& change);
  void render(const Change& change);
  void drop_row();
  void take_end(const End& end);
  void settle_in(const Begin& begin);
  void absorb();

  // Sending and judging.
  void open_batch();
  void seal(Batch& batch);
  void send_body_early();
  [[nodiscard]] Turn send_open(const std::stop_token& stop);
  [[nodiscard]] Turn await_sent(const std::stop_token& stop);
  [[nodiscard]] Turn judge(const Verdict& verdict, const std::stop_token& stop);
  void accept_sent(const checkpoint::Coordinate& stored);
  [[nodiscard]] Turn check_progress(const std::stop_token& stop);

  // Recovery.
  enum class Stored : std::uint8_t { BeforeSent, AfterSent };
  [[nodiscard]] Turn recover(const Error& why, const std::stop_token& stop);
  [[nodiscard]] Turn try_recover(const std::stop_token& stop, bool& is_done, Error& last);
  [[nodiscard]] Result<std::optional<Stored>> read_stored(Turn& end);
  [[nodiscard]] Status settle_sent(const checkpoint::Coordinate& stored);
  void tell_trouble(const Error& why);
  void tell_relief();
  [[nodiscard]] Turn resolve_suspects(const std::stop_token& stop);
  void keep_only(const std::vector<bool>& which);
  [[nodiscard]] Status connect();

  Options options_;
  LaneSetup setup_;
  std::function<void(LaneEnd)> on_end_;
  Inlet inlet_;

  LaneState state_;
  checkpoint::LaneProgress progress_;      // everything up to here is executed and judged
  checkpoint::Coordinate stored_applied_;  // what Redis holds as applied, as far as we know
  bool is_elsewhere_;  // progress_ tells places of another server than the stream's
  RowRenderer renderer_;
  Batch open_;
  Batch sent_;
  std::string head_;  // MULTI and HGET of the session token
  std::string progress_key_;
  std::string lane_field_;
  std::string lane_text_;
  bool is_sent_ = false;          // sent_ waits for its replies
  bool is_sent_suspect_ = false;  // sent_ is what the last run had executed unseen
  bool is_body_sent_ = false;     // open_'s commands were sent ahead; HSET and EXEC were not
  bool is_full_ = false;          // open_ takes no more
  bool is_moved_ = false;         // open_.end is ahead of progress_
  bool is_at_row_boundary_ = true;
  bool collects_suspects_ = false;  // open_ holds what the last run sent already
  bool is_draining_ = false;
  bool is_dirty_ = false;         // progress_ is ahead of what Redis holds
  std::optional<Error> failure_;  // a change that cannot be rendered; all before it is sent first
  struct {
    std::size_t changes = 0;
    std::size_t commands = 0;
    std::size_t bytes = 0;
  } row_start_;  // of open_, where the row at hand begins
  Clock::time_point last_contact_ = Clock::now();
  std::chrono::milliseconds retry_delay_{0};
  bool is_trouble_told_ = false;

  std::mutex connection_mutex_;  // guards the optional against abandon()
  std::optional<redis::Connection> connection_;
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace replikey::write
