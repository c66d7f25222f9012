#pragma once

#include "replikey/base/result.hpp"
#include "replikey/model/event_framer.hpp"
#include "replikey/model/resume_point.hpp"
#include "replikey/mysql/connection.hpp"
#include "replikey/source/options.hpp"
#include "replikey/source/server_control.hpp"

namespace replikey::source {

/// Tells the server, before the dump, what a replica tells it: that we know checksums, how often
/// to send heartbeats, who we are, and to MariaDB what we have. Returns the checksum algorithm of
/// the first event.
[[nodiscard]] Result<ChecksumAlgorithm> prepare_session(mysql::Connection& connection,
                                                        const Options& options,
                                                        const ServerIdentity& server,
                                                        const ResumePoint& from);

}  // namespace replikey::source
