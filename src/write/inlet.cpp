#include "replikey/write/inlet.hpp"

namespace replikey::write {

void Inlet::discard() noexcept {
  while (const auto* item = ring_.front()) {
    if (const auto* change = std::get_if<Change>(item)) {
      change->chunk->release();
    }
    ring_.pop();
  }
}

}  // namespace replikey::write
