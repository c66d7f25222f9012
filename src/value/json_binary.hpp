#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace replikey::value {

/// Appends MySQL's binary JSON as the text the server prints for it. Never reads outside of
/// `bytes`, nests at most 100 deep as the server does, and writes an amount linear in the size of
/// `bytes` whatever they hold. Layout: docs/formats/binlog.md. False when they contradict the
/// format; `out` then has undefined trailing bytes. Thread: any.
[[nodiscard]] bool append_json_binary(std::string& out, std::span<const std::byte> bytes);

/// Appends a double as the server writes it inside JSON: 1.0, 0.1, 1e16.
void append_json_double(std::string& out, double value);

}  // namespace replikey::value
