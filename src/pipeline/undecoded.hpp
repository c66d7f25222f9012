#pragma once

#include "replikey/decode/decoder.hpp"
#include "replikey/model/raw_event.hpp"

namespace replikey::pipeline {

/// Whether an event that `decoder` did not decode stands for a transaction up to its end.
[[nodiscard]] inline bool is_whole_transaction(const RawEvent& event,
                                               const decode::Decoder& decoder) noexcept {
  const auto type = event.header.type;
  return type == EventType::TransactionPayload || type == EventType::XaPrepare ||
         (type == EventType::Query && !decoder.in_transaction());
}

}  // namespace replikey::pipeline
