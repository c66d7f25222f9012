#pragma once

#include "document.hpp"
#include "problems.hpp"

namespace replikey::config {

/// Puts variables of the environment in the place of ${NAME} in every value: ${NAME:-default}
/// where it is not set or empty, and $${ for a literal ${. Thread: one at a time, while no thread
/// changes the environment.
void expand_variables(Element& node, Problems& problems);

}  // namespace replikey::config
