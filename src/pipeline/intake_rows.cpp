#include <algorithm>
#include <cstring>
#include <utility>

#include "intake.hpp"
#include <xxhash.h>

namespace replikey::pipeline {
namespace {

/// Copies `from` to `to` and gives where the next bytes go.
std::byte* put(std::byte* to, const void* from, std::size_t size) {
  if (size > 0) {
    std::memcpy(to, from, size);
  }
  return to + size;
}

bool keeps_before(const route::TablePlan& plan) {
  return std::any_of(plan.targets().begin(), plan.targets().end(), [](const route::Target& t) {
    return t.rule->options().type == route::RuleType::Hash;
  });
}

Error stopped() {
  return Error{ErrorCode::Closed, {}};
}

}  // namespace

Status Intake::on_rows(const RawEvent& event, const decode::Rows& rows) {
  if (doom_) {
    return ok();  // nothing of this transaction is written any more
  }
  auto plan = plans_.plan_for(rows.table, decoder_.flavour());
  if (!plan) {
    return std::move(plan).error();
  }
  if (*plan == nullptr) {
    return ok();
  }
  const auto& schema = (*plan)->schema();
  cursor_.reset(schema, rows);
  decode::RowChange row;
  for (;;) {
    auto more = cursor_.next(row);
    if (!more) {
      return std::move(more).error().with_context("table " + schema.database + "." + schema.table);
    }
    if (!*more) {
      return ok();
    }
    ++row_;
    if (auto status = route(**plan, row, rows, event.end); !status) {
      return status.error().code() == ErrorCode::Closed
                 ? std::move(status)
                 : Status{std::move(status).error().with_context("table " + schema.database + "." +
                                                                 schema.table)};
    }
    if (pending_bytes_ > limits_.pending_bytes) {
      flowed_rows_ = row_;
      if (!let_flow()) {
        return stopped();
      }
      wake_lanes();
    }
  }
}

/// What the row does at which keys; the changes stand in pending_ from first_of_row_ on, without
/// their bytes, which place_row gives them.
Status Intake::route(const route::TablePlan& plan, const decode::RowChange& row,
                     const decode::Rows& rows, std::uint64_t position) {
  first_of_row_ = pending_.size();
  keys_.clear();
  keyed_.clear();
  const auto targets = plan.targets();
  for (std::uint16_t i = 0; i < targets.size(); ++i) {
    if (!targets[i].rule->listens_to(row.operation)) {
      continue;
    }
    Status status = ok();
    switch (row.operation) {
      case Operation::Insert: status = add(plan, i, render::Action::Write, row.after); break;
      case Operation::Delete: status = add(plan, i, render::Action::Remove, row.before); break;
      case Operation::Update:
        if (!targets[i].key.differs(row.before, row.after)) {
          status = add(plan, i, render::Action::Update, row.after);
        } else if (status = add(plan, i, render::Action::Remove, row.before); status) {
          status = add(plan, i, render::Action::Write, row.after);
        }
        break;
    }
    if (!status) {
      pending_.resize(first_of_row_);
      return std::move(status).error().with_context("rule \"" + targets[i].rule->name() + "\"");
    }
  }
  for (std::size_t i = first_of_row_; i < pending_.size(); ++i) {
    pending_[i].change.position = position;
  }
  return place_row(plan, row, rows);
}

Status Intake::add(const route::TablePlan& plan, std::uint16_t target, render::Action action,
                   Row keyed) {
  const auto& bound = plan.targets()[target];
  const auto begin = keys_.size();
  auto status = bound.key.append(keys_, keyed, plan.schema().columns, bound.rule->options().format);
  if (!status) {
    return status;
  }
  const auto size = keys_.size() - begin;
  const auto lane = XXH3_64bits(keys_.data() + begin, size) % lanes_.size();
  if (row_ <= repeated_rows_ || lanes_[lane].has(transaction_, file_number_, row_)) {
    keys_.resize(begin);
    return ok();
  }
  keyed_.push_back({begin, size});
  Pending pending;
  pending.lane = static_cast<std::uint16_t>(lane);
  pending.change.plan = &plan;
  pending.change.target = target;
  pending.change.action = action;
  pending.change.row = row_;
  pending_.push_back(pending);
  return ok();
}

/// One block for the row: bitmaps, images, keys; every change of the row points into it and holds
/// its chunk.
Status Intake::place_row(const route::TablePlan& plan, const decode::RowChange& row,
                         const decode::Rows& rows) {
  if (pending_.size() == first_of_row_) {
    return ok();
  }
  const bool has_after = row.operation != Operation::Delete;
  const bool has_before = row.operation == Operation::Update && keeps_before(plan);
  const auto before_present = has_before ? rows.before_present : std::span<const std::byte>{};
  const auto before = has_before ? row.before_image : std::span<const std::byte>{};
  const auto after_present = has_after ? rows.after_present : std::span<const std::byte>{};
  const auto after = has_after ? row.after_image : std::span<const std::byte>{};
  const auto size =
      before_present.size() + before.size() + after_present.size() + after.size() + keys_.size();
  if (chunk_ == nullptr || chunk_->room() < size) {
    if (chunk_ != nullptr) {
      std::exchange(chunk_, nullptr)->release();
    }
    chunk_ = pool_.acquire(size, abandon_);
    if (chunk_ == nullptr) {
      pending_.resize(first_of_row_);
      return stopped();
    }
  }
  auto* const block = chunk_->allocate(size).data();
  auto* const before_at = put(block, before_present.data(), before_present.size());
  auto* const after_present_at = put(before_at, before.data(), before.size());
  auto* const after_at = put(after_present_at, after_present.data(), after_present.size());
  auto* const keys_at = put(after_at, after.data(), after.size());
  put(keys_at, keys_.data(), keys_.size());

  for (std::size_t i = first_of_row_; i < pending_.size(); ++i) {
    auto& change = pending_[i].change;
    const auto& keyed = keyed_[i - first_of_row_];
    chunk_->retain();
    change.chunk = chunk_;
    change.before_present = has_before ? block : nullptr;
    change.before = has_before ? before_at : nullptr;
    change.before_size = static_cast<std::uint32_t>(before.size());
    change.after_present = after_present_at;
    change.after = after_at;
    change.after_size = static_cast<std::uint32_t>(after.size());
    // Bytes are read as text. NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    change.key = reinterpret_cast<const char*>(keys_at) + keyed.begin;
    change.key_size = static_cast<std::uint32_t>(keyed.size);
    const auto lane = pending_[i].lane;
    change.completes_row =
        std::none_of(pending_.begin() + static_cast<std::ptrdiff_t>(i) + 1, pending_.end(),
                     [lane](const Pending& later) { return later.lane == lane; });
  }
  pending_bytes_ += size + (pending_.size() - first_of_row_) * sizeof(Pending);
  return ok();
}

/// Gives what is pending to the lanes, which are not woken for it. False when abandoned.
bool Intake::let_flow() {
  std::size_t given = 0;
  for (auto& [lane_index, change] : pending_) {
    auto& lane = lanes_[lane_index];
    if (lane.begun != transaction_count_) {
      lane.begun = transaction_count_;
      if (!lane.inlet().push(transaction_, abandon_)) {
        break;
      }
    }
    if (!lane.inlet().push(change, abandon_)) {
      break;
    }
    ++given;
  }
  const bool is_done = given == pending_.size();
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(given));
  if (!is_done) {
    drop_pending();
  }
  pending_.clear();
  pending_bytes_ = 0;
  return is_done;
}

void Intake::wake_lanes() noexcept {
  for (auto& lane : lanes_) {
    lane.inlet().flush();
  }
}

void Intake::drop_pending() noexcept {
  for (const auto& pending : pending_) {
    pending.change.chunk->release();
  }
  pending_.clear();
  pending_bytes_ = 0;
}

}  // namespace replikey::pipeline
