#pragma once

#include <stop_token>

#include "replikey/base/result.hpp"
#include "replikey/model/resume_point.hpp"
#include "replikey/mysql/connection.hpp"
#include "replikey/pipeline/options.hpp"

namespace replikey::pipeline {

/// Where a pipeline without progress begins. A file and position, or a time, is looked up by
/// reading the binlog up to there, so that it is known to be a boundary and what was executed
/// before it. Fails with Rejected or InvalidConfig when there is no such place, else as the server
/// does.
[[nodiscard]] Result<ResumePoint> find_start(const Options& options, mysql::Connection& control,
                                             const std::stop_token& stop);

/// The same for a position given later (`reset --to FILE:POSITION`).
[[nodiscard]] Result<ResumePoint> find_position(const source::Options& options,
                                                mysql::Connection& control,
                                                const BinlogPosition& position,
                                                const std::stop_token& stop);

}  // namespace replikey::pipeline
