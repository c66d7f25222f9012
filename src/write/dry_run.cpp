#include "replikey/write/dry_run.hpp"

#include <string>
#include <thread>
#include <variant>

#include "row_renderer.hpp"

#include "replikey/render/commands.hpp"

namespace replikey::write {
namespace {

constexpr std::size_t kRingCapacity = 1024;

}  // namespace

struct DryRun::State {
  std::function<void(std::string_view)> print;
  std::function<void(LaneEnd)> on_end;
  Inlet inlet{kRingCapacity};
  RowRenderer renderer;
  RespBuffer commands;
  const std::string* file = nullptr;
  std::jthread thread;

  [[nodiscard]] LaneEnd run(const std::stop_token& stop);
  [[nodiscard]] Status print_change(const Change& change);
};

Status DryRun::State::print_change(const Change& change) {
  commands.clear();
  auto count = renderer.append(commands, change);
  change.chunk->release();
  if (!count) {
    return std::move(count).error().with_context(*file + ":" + std::to_string(change.position));
  }
  const auto lines = render::to_redis_cli(commands.view());
  for (std::size_t at = 0; at < lines.size();) {
    const auto end = lines.find('\n', at);
    print(std::string_view{lines}.substr(at, end - at));
    at = end + 1;
  }
  return ok();
}

LaneEnd DryRun::State::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const bool is_closed = inlet.is_closed();
    const auto* front = inlet.front();
    if (front == nullptr) {
      if (is_closed) {
        return {};
      }
      inlet.wait(stop, std::chrono::steady_clock::time_point::max());
      continue;
    }
    const Item item = *front;
    inlet.pop();
    inlet.notify_room();
    if (const auto* begin = std::get_if<Begin>(&item)) {
      file = begin->file;
    } else if (const auto* change = std::get_if<Change>(&item)) {
      if (auto status = print_change(*change); !status) {
        return {.kind = LaneEnd::Kind::Failed, .error = std::move(status).error()};
      }
    }
  }
  return {.kind = LaneEnd::Kind::Abandoned};
}

DryRun::DryRun(std::function<void(std::string_view)> print, std::function<void(LaneEnd)> on_end)
    : state_{std::make_unique<State>()} {
  state_->print = std::move(print);
  state_->on_end = std::move(on_end);
}

DryRun::~DryRun() {
  abandon();
  join();
  state_->inlet.discard();
}

Inlet& DryRun::inlet() noexcept {
  return state_->inlet;
}

void DryRun::start() {
  state_->thread = std::jthread{
      [state = state_.get()](const std::stop_token& stop) { state->on_end(state->run(stop)); }};
}

void DryRun::abandon() noexcept {
  state_->thread.request_stop();
}

void DryRun::join() {
  if (state_->thread.joinable()) {
    state_->thread.join();
  }
}

}  // namespace replikey::write
