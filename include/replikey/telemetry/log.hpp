#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <variant>

namespace replikey::telemetry {

enum class Level : std::uint8_t { Debug, Info, Warn, Error };

enum class Format : std::uint8_t {
  Auto,  ///< Text; in colours when stderr is a terminal.
  Text,  ///< Text without colours.
  Json,  ///< One object per line: ts, level, message, then the fields.
};

struct LogOptions {
  Level level = Level::Info;
  Format format = Format::Auto;
};

/// One fact beside a message. Borrows its name and text until the call returns.
struct Field {
  using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;

  Field(std::string_view field_name, std::string_view text) : name{field_name}, value{text} {}
  Field(std::string_view field_name, const char* text)
      : name{field_name}, value{std::string_view{text}} {}
  Field(std::string_view field_name, bool truth) : name{field_name}, value{truth} {}
  Field(std::string_view field_name, double number) : name{field_name}, value{number} {}
  template <std::signed_integral T>
  Field(std::string_view field_name, T number)
      : name{field_name}, value{static_cast<std::int64_t>(number)} {}
  template <std::unsigned_integral T>
  requires(!std::same_as<T, bool>) Field(std::string_view field_name, T number)
      : name{field_name}, value{static_cast<std::uint64_t>(number)} {}

  std::string_view name;
  Value value;
};

using Fields = std::initializer_list<Field>;

/// Sets level and format for all that follows. Thread: main, before others log.
void configure(const LogOptions& options);

/// Whether a message of this level is written at all.
[[nodiscard]] bool is_enabled(Level level) noexcept;

/// A sentence and its facts, as one line on stderr. Never row values, never passwords; nothing at
/// info or debug that scales with rows. Thread: any.
void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warn(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

}  // namespace replikey::telemetry
