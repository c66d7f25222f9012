#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "lane_feed.hpp"
#include "table_plans.hpp"

#include "replikey/base/result.hpp"
#include "replikey/decode/decoder.hpp"
#include "replikey/queue/chunk_pool.hpp"
#include "replikey/source/binlog_source.hpp"

namespace replikey::pipeline {

/// Where the intake stops by itself: at the first boundary at or beyond the position.
struct StopAt {
  BinlogPosition position;
  bool is_inside = false;  ///< The position is where a transaction starts: stop after it.
};

/// From events to the lanes' inlets: decodes, routes, and holds the rows of a transaction until it
/// is known to commit (up to a limit; then they flow). Thread: one at a time.
class Intake {
 public:
  struct Limits {
    std::size_t pending_bytes = 0;  ///< Rows of an open transaction held back at most.
  };

  /// Everything must outlive the intake.
  Intake(source::BinlogSource& source, TablePlans& plans, std::span<LaneFeed> lanes,
         queue::ChunkPool& pool, Limits limits);
  ~Intake();
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  /// Returns when a stop was requested, the target is reached, or with the error that stops the
  /// stream; the message names file:position. `abandon` also ends waits for full lanes.
  [[nodiscard]] Status run(const std::optional<StopAt>& target, const std::stop_token& stop,
                           const std::stop_token& abandon);

  /// Whether run() returned because the stream goes on at another server, whose positions are not
  /// those the lanes have. Ask after run().
  [[nodiscard]] bool has_other_server() const noexcept { return has_other_server_; }

 private:
  struct Pending {
    std::uint16_t lane = 0;
    write::Change change;
  };

  [[nodiscard]] Status on_event(const RawEvent& event);
  [[nodiscard]] Status on_begin(const RawEvent& event, const decode::TransactionBegin& begin);
  [[nodiscard]] Status on_rows(const RawEvent& event, const decode::Rows& rows);
  [[nodiscard]] Status on_end(const RawEvent& event, bool is_committed);
  [[nodiscard]] Status on_statement(const RawEvent& event, const decode::StatementEvent& statement);
  [[nodiscard]] Status on_schema_change(const RawEvent& event,
                                        const decode::StatementEvent& statement);
  [[nodiscard]] Status finish_transaction(const RawEvent& event);
  void on_restart();
  [[nodiscard]] Status refuse(const RawEvent& event, Error error);
  void doom(const RawEvent& event, Error why);

  [[nodiscard]] Status route(const route::TablePlan& plan, const decode::RowChange& row,
                             const decode::Rows& rows, std::uint64_t position);
  [[nodiscard]] Status add(const route::TablePlan& plan, std::uint16_t target,
                           render::Action action, Row keyed);
  [[nodiscard]] Status place_row(const route::TablePlan& plan, const decode::RowChange& row,
                                 const decode::Rows& rows);
  [[nodiscard]] bool let_flow();
  void wake_lanes() noexcept;
  void drop_pending() noexcept;
  [[nodiscard]] bool is_reached(const StopAt& target) const;
  [[nodiscard]] const std::string* intern(const std::string& file);

  source::BinlogSource& source_;
  TablePlans& plans_;
  std::span<LaneFeed> lanes_;
  queue::ChunkPool& pool_;
  Limits limits_;
  std::stop_token stop_;
  std::stop_token abandon_;

  decode::Decoder decoder_;
  decode::RowCursor cursor_;
  std::deque<std::string> files_;  // names items point to
  const std::string* file_ = nullptr;
  std::uint64_t file_number_ = 0;
  BinlogPosition boundary_;

  write::Begin transaction_;
  std::uint64_t transaction_count_ = 0;
  std::uint64_t row_ = 0;            // row changes of the open transaction so far
  std::uint64_t flowed_rows_ = 0;    // of them, given to the lanes before the end was seen
  std::uint64_t repeated_rows_ = 0;  // given to the lanes before the stream was restarted
  std::int64_t timestamp_ = 0;
  bool has_other_server_ = false;
  std::optional<Error> doom_;      // why the stream stops after this transaction
  bool is_doomed_at_end_ = false;  // that end is reached, and the error is on its way
  std::shared_ptr<const decode::TableMap> mapped_;  // the transaction's last table, for messages

  std::vector<Pending> pending_;
  std::size_t pending_bytes_ = 0;
  queue::Chunk* chunk_ = nullptr;
  // The row at hand: its keys, and which pending changes are its.
  std::string keys_;
  struct Keyed {
    std::size_t begin = 0;
    std::size_t size = 0;
  };
  std::vector<Keyed> keyed_;
  std::size_t first_of_row_ = 0;
};

}  // namespace replikey::pipeline
