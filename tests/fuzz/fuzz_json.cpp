#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include <nlohmann/json.hpp>

#include "replikey/value/cell_text.hpp"

// Any bytes as binary JSON: no crash, no output out of proportion, and what is accepted is JSON.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span{data, size});
  const replikey::Cell cell{.data = bytes.data(),
                            .size = static_cast<std::uint32_t>(bytes.size()),
                            .state = replikey::Cell::State::Value};
  const replikey::Column column{.name = "doc", .type = replikey::ColumnType::Json, .labels = {}};
  std::string out;
  const bool is_written = replikey::value::append_json(out, cell, column, {}).has_value();
  // A byte may become a double of 24 characters, an escape of six or an empty string and blanks.
  constexpr std::size_t kRoom = 64;
  if (out.size() > kRoom + kRoom * size || (is_written && !nlohmann::json::accept(out))) {
    std::abort();
  }
  return 0;
}
