#pragma once

#include <cstddef>
#include <cstdint>

#include "replikey/base/error.hpp"
#include "replikey/model/column.hpp"

namespace replikey::value {

/// Why a cell could not be written. Passed up by value on the hot path; the sentence is made only
/// when something went wrong.
enum class Fault : std::uint8_t {
  None,
  Size,         ///< The cell has not as many bytes as its type takes.
  Content,      ///< The bytes stand for no value of the type.
  Json,         ///< Binary JSON that contradicts its format.
  Type,         ///< A type this build does not write.
  OldTemporal,  ///< An old temporal column with fractions; its width is not the type's.
  Collation,    ///< A collation nobody knows.
  Charset,      ///< No converter for the charset.
};

/// The sentence for an operator: names column and type.
[[nodiscard]] Error to_error(Fault fault, const Column& column, std::size_t cell_bytes);

}  // namespace replikey::value
