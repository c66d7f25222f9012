#pragma once

#include <string_view>

#include "replikey/base/error.hpp"
#include "replikey/model/resume_point.hpp"

namespace replikey::source {

/// What ends with both ways on when the stream cannot go on from where it stands.
inline constexpr std::string_view kWaysOn =
    "go on with what the server still has by \"replikey reset --config FILE --to earliest\", or "
    "with what comes from now on by \"replikey reset --config FILE --to latest\"; changes in "
    "between are missing in Redis then";

/// The error of a dump, with a sentence on what it means and how it is mended. Error 1236 stands
/// for a dozen things that only its text tells apart; what waiting cannot mend is Rejected. Pure.
[[nodiscard]] Error dump_error(const Error& error, unsigned number, const ResumePoint& from);

}  // namespace replikey::source
