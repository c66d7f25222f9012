#pragma once

#include "replikey/base/byte_cursor.hpp"
#include "replikey/base/result.hpp"
#include "replikey/model/column.hpp"
#include "replikey/model/flavour.hpp"

namespace replikey::decode {

/// Reads what follows a TABLE_MAP's null bitmap into `schema`, whose columns already have their
/// types. Kinds it does not know are skipped, as the servers do. Fails with CorruptData.
[[nodiscard]] Status read_optional_metadata(ByteCursor cursor, Flavour flavour,
                                            TableSchema& schema);

}  // namespace replikey::decode
