#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "replikey/base/result.hpp"
#include "replikey/model/gtid.hpp"
#include "replikey/model/gtid_set.hpp"
#include "replikey/model/raw_event.hpp"

namespace replikey::decode {

/// What an event that opens a transaction says.
struct TransactionHead {
  Gtid gtid;
  std::uint64_t committed_at_us = 0;
  bool is_standalone = false;  ///< MariaDB: one statement follows and no COMMIT.
};

/// GTID and ANONYMOUS_GTID.
[[nodiscard]] Result<TransactionHead> decode_gtid(const RawEvent& event);
/// GTID_TAGGED; its layout is that of mysql::serialization.
[[nodiscard]] Result<TransactionHead> decode_gtid_tagged(std::span<const std::byte> body);
/// GTID of MariaDB.
[[nodiscard]] Result<TransactionHead> decode_maria_gtid(const RawEvent& event);
/// GTID_LIST of MariaDB.
[[nodiscard]] Result<GtidSet> decode_gtid_list(std::span<const std::byte> body);

}  // namespace replikey::decode
