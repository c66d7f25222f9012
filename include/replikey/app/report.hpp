#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "replikey/app/exit_code.hpp"
#include "replikey/base/error.hpp"

namespace replikey::app {

/// What `check` found, in order.
class Report {
 public:
  enum class Severity : std::uint8_t { Ok, Info, Warning, Error };
  struct Item {
    Severity severity = Severity::Ok;
    std::string what;
    std::string mend;  ///< The exact statement or setting; empty when there is nothing to do.
  };

  void ok(std::string what) { items_.push_back({Severity::Ok, std::move(what), {}}); }
  /// An Error item makes the command end with Refused.
  void add(Item item);
  /// An error, and the exit code its kind asks for.
  void fail(const replikey::Error& error, std::string mend = {});

  [[nodiscard]] const std::vector<Item>& items() const noexcept { return items_; }
  [[nodiscard]] ExitCode exit_code() const noexcept { return exit_code_; }

  /// A line per item, its mend below it, and a last line that sums up.
  [[nodiscard]] std::string text() const;
  /// {"ok":…,"exit_code":…,"findings":[{"severity","what","mend"}]}, one line.
  [[nodiscard]] std::string json() const;

 private:
  /// A refusal outweighs a server that is away: waiting does not mend it.
  void take(ExitCode code) noexcept;

  std::vector<Item> items_;
  ExitCode exit_code_ = ExitCode::Done;
};

}  // namespace replikey::app
