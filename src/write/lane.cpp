#include "replikey/write/lane.hpp"

#include <exception>
#include <thread>
#include <utility>

#include "writer.hpp"

#include "replikey/telemetry/log.hpp"

namespace replikey::write {

Lane::Lane(Options options, LaneSetup setup, std::function<void(LaneEnd)> on_end)
    : writer_{std::make_unique<Writer>(std::move(options), std::move(setup), std::move(on_end))} {}

Lane::~Lane() {
  abandon();
  join();
  writer_->inlet().discard();
}

Inlet& Lane::inlet() noexcept {
  return writer_->inlet();
}

void Lane::start() {
  writer_->start();
}

void Lane::abandon() noexcept {
  writer_->abandon();
}

void Lane::join() {
  writer_->join();
}

}  // namespace replikey::write
