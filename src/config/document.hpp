#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "replikey/base/result.hpp"

namespace replikey::config {

/// A place in the file; both count from 1.
struct Place {
  int line = 1;
  int column = 1;
};

struct Entry;

/// One value of a YAML file and where it stands. Scalars are text: what they mean is said by the
/// key they belong to.
struct Element {
  enum class Kind : std::uint8_t { Null, Scalar, Sequence, Map };

  Kind kind = Kind::Null;
  Place place;
  std::string text;            ///< Scalar.
  std::vector<Element> items;  ///< Sequence.
  std::vector<Entry> entries;  ///< Map, in the file's order.

  [[nodiscard]] bool is_null() const noexcept { return kind == Kind::Null; }
  [[nodiscard]] bool is_scalar() const noexcept { return kind == Kind::Scalar; }
  [[nodiscard]] bool is_sequence() const noexcept { return kind == Kind::Sequence; }
  [[nodiscard]] bool is_map() const noexcept { return kind == Kind::Map; }
  /// "a text", "a list", "a map" or "nothing".
  [[nodiscard]] std::string_view kind_text() const noexcept;
};

struct Entry {
  std::string key;
  Place place;  ///< Of the key.
  Element value;
};

/// Reads one YAML document. Fails with InvalidConfig; the message begins with `file:line:column`.
[[nodiscard]] Result<Element> parse_document(std::string_view text, std::string_view file);

/// "file:line:column".
[[nodiscard]] std::string to_string(std::string_view file, Place place);

}  // namespace replikey::config
