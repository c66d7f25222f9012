#pragma once

#include <vector>

#include "batch.hpp"

#include "replikey/base/result.hpp"
#include "replikey/redis/connection.hpp"

namespace replikey::write {

/// Finds out, by reading, which changes of an executed batch did not take effect: its replies were
/// never read, so a command may have failed unseen. A key's last change decides, and when it did
/// not take effect all changes of that key are to be repeated, in order. One answer per change:
/// whether to repeat it. Fails when the connection does.
[[nodiscard]] Result<std::vector<bool>> probe(redis::Connection& connection, const Batch& batch);

}  // namespace replikey::write
