#pragma once

#include <cstdint>
#include <string_view>

namespace replikey {

enum class Operation : std::uint8_t { Insert, Update, Delete };

[[nodiscard]] constexpr std::string_view to_string(Operation operation) noexcept {
  switch (operation) {
    case Operation::Insert: return "insert";
    case Operation::Update: return "update";
    case Operation::Delete: return "delete";
  }
  return "?";
}

}  // namespace replikey
