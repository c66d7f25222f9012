#include "replikey/telemetry/log.hpp"

#include <memory>
#include <string>
#include <type_traits>

#include <nlohmann/json.hpp>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>

namespace replikey::telemetry {
namespace {

struct Log {
  std::shared_ptr<spdlog::logger> logger;
  bool is_json = false;
};

spdlog::level::level_enum level_of(Level level) noexcept {
  switch (level) {
    case Level::Debug: return spdlog::level::debug;
    case Level::Info: return spdlog::level::info;
    case Level::Warn: return spdlog::level::warn;
    case Level::Error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

Log make_log(const LogOptions& options) {
  const bool is_json = options.format == Format::Json;
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(
      options.format == Format::Auto ? spdlog::color_mode::automatic : spdlog::color_mode::never);
  auto logger = std::make_shared<spdlog::logger>("replikey", std::move(sink));
  const char* pattern = is_json ? R"({"ts":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                                : "%Y-%m-%dT%H:%M:%S.%eZ %^%-7l%$ %v";
  logger->set_formatter(
      std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
  logger->set_level(level_of(options.level));
  logger->flush_on(spdlog::level::trace);
  return Log{std::move(logger), is_json};
}

// Made on first use, so that what is logged before configure() is not lost.
Log& current() {
  static Log log = make_log({});
  return log;
}

std::string quoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool needs_quotes(std::string_view text) {
  return text.empty() || text.find_first_of(" \t\r\n\"=") != std::string_view::npos;
}

std::string text_of(const Field::Value& value, bool is_json) {
  return std::visit(
      [is_json](const auto& held) -> std::string {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::string_view>) {
          return is_json || needs_quotes(held) ? quoted(held) : std::string{held};
        } else {
          return nlohmann::json(held).dump();
        }
      },
      value);
}

void write(Level level, std::string_view message, Fields fields) {
  const Log& log = current();
  if (!log.logger->should_log(level_of(level))) {
    return;
  }
  std::string line = log.is_json ? "\"message\":" + quoted(message) : std::string{message};
  for (const Field& field : fields) {
    if (log.is_json) {
      line += "," + quoted(field.name) + ":" + text_of(field.value, true);
    } else {
      line += " ";
      line += field.name;
      line += "=" + text_of(field.value, false);
    }
  }
  log.logger->log(level_of(level), spdlog::string_view_t{line.data(), line.size()});
}

}  // namespace

void configure(const LogOptions& options) {
  current() = make_log(options);
}

bool is_enabled(Level level) noexcept {
  return current().logger->should_log(level_of(level));
}

void debug(std::string_view message, Fields fields) {
  write(Level::Debug, message, fields);
}

void info(std::string_view message, Fields fields) {
  write(Level::Info, message, fields);
}

void warn(std::string_view message, Fields fields) {
  write(Level::Warn, message, fields);
}

void error(std::string_view message, Fields fields) {
  write(Level::Error, message, fields);
}

}  // namespace replikey::telemetry
