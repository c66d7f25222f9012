#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "replikey/base/result.hpp"
#include "replikey/mysql/connection.hpp"

namespace replikey::source {

/// One thing about the server that replikey needs, or would like, to be otherwise.
struct Finding {
  enum class Severity : std::uint8_t {
    Error,    ///< replikey refuses to run.
    Warning,  ///< It runs, and may not do what was wanted.
    Info,
  };

  Severity severity = Severity::Info;
  std::string what;
  std::string mend;  ///< The exact statement or setting; empty when there is nothing to do.

  friend bool operator==(const Finding&, const Finding&) = default;
};

struct CheckOptions {
  using IsRuled = std::function<bool(std::string_view database, std::string_view table)>;

  IsRuled is_ruled;  ///< Whether any rule meets the table.
  std::vector<std::pair<std::string, IsRuled>>
      rules;  ///< Each rule by its name, to find idle ones.
  bool accept_foreign_key_cascades = false;
};

/// Looks at log_bin, format and image of rows, metadata, compression, privileges, cascades over
/// ruled tables, and rules that meet no table. Errors first, then warnings.
/// Fails only when the server cannot be asked; what it refuses to show is a finding.
[[nodiscard]] Result<std::vector<Finding>> check_server(mysql::Connection& connection,
                                                        const CheckOptions& options);

}  // namespace replikey::source
