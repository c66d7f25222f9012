#include "replikey/app/report.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

namespace replikey::app {
namespace {

std::string_view label(Report::Severity severity) noexcept {
  switch (severity) {
    case Report::Severity::Ok: return "OK    ";
    case Report::Severity::Info: return "NOTE  ";
    case Report::Severity::Warning: return "WARN  ";
    case Report::Severity::Error: return "FAIL  ";
  }
  return "";
}

std::string_view name(Report::Severity severity) noexcept {
  switch (severity) {
    case Report::Severity::Ok: return "ok";
    case Report::Severity::Info: return "info";
    case Report::Severity::Warning: return "warning";
    case Report::Severity::Error: return "error";
  }
  return "";
}

/// Further lines of a text stand below its first.
std::string indented(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += c;
    if (c == '\n') {
      out += "      ";
    }
  }
  return out;
}

}  // namespace

void Report::add(Item item) {
  if (item.severity == Severity::Error) {
    take(ExitCode::Refused);
  }
  items_.push_back(std::move(item));
}

void Report::fail(const replikey::Error& error, std::string mend) {
  take(app::exit_code(error.code(), Phase::Servers));
  items_.push_back({Severity::Error, error.message(), std::move(mend)});
}

void Report::take(ExitCode code) noexcept {
  exit_code_ = std::max(exit_code_, code);
}

std::string Report::text() const {
  std::string out;
  std::size_t errors = 0;
  std::size_t warnings = 0;
  for (const auto& item : items_) {
    out += label(item.severity);
    out += indented(item.what) + "\n";
    if (!item.mend.empty()) {
      out += "      mend: " + indented(item.mend) + "\n";
    }
    errors += item.severity == Severity::Error ? 1U : 0U;
    warnings += item.severity == Severity::Warning ? 1U : 0U;
  }
  out += errors == 0 ? "ready to run" : "not ready: " + std::to_string(errors) + " to mend";
  out += warnings == 0 ? "\n" : ", " + std::to_string(warnings) + " to look at\n";
  return out;
}

std::string Report::json() const {
  auto findings = nlohmann::json::array();
  for (const auto& item : items_) {
    nlohmann::json finding{{"severity", name(item.severity)}, {"what", item.what}};
    if (!item.mend.empty()) {
      finding["mend"] = item.mend;
    }
    findings.push_back(std::move(finding));
  }
  const nlohmann::json out{{"ok", exit_code_ == ExitCode::Done},
                           {"exit_code", static_cast<int>(exit_code_)},
                           {"findings", std::move(findings)}};
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace replikey::app
