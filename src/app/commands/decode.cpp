#include <string>
#include <system_error>

#include <unistd.h>

#include "replikey/app/binlog_printer.hpp"
#include "replikey/app/commands.hpp"
#include "replikey/app/output.hpp"

namespace replikey::app {

ExitCode decode(const DecodeCommand& command) {
  constexpr std::size_t kBuffer = std::size_t{256} * 1024;
  LineWriter out{STDOUT_FILENO, kBuffer};
  BinlogPrinter printer{out, [](std::string_view text) { complain(text); }};
  ExitCode result = ExitCode::Done;
  for (const auto& file : command.files) {
    const auto printed = printer.print(file);
    static_cast<void>(out.flush());
    if (out.error() != 0) {
      break;
    }
    if (!printed) {
      complain(printed.error().message());
      result = exit_code(printed.error().code(), Phase::InputFile);
    }
  }
  if (out.error() != 0 && !out.is_reader_gone()) {
    complain("cannot write: " + std::generic_category().message(out.error()));
    return ExitCode::Internal;
  }
  return result;
}

}  // namespace replikey::app
