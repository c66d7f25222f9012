#include <atomic>
#include <functional>
#include <stop_token>
#include <string>
#include <system_error>

#include <unistd.h>

#include "replikey/app/commands.hpp"
#include "replikey/app/output.hpp"
#include "replikey/app/service.hpp"
#include "replikey/app/version.hpp"
#include "replikey/config/config.hpp"
#include "replikey/pipeline/pipeline.hpp"
#include "replikey/telemetry/log.hpp"

namespace replikey::app {
namespace {

void log_start(const config::Config& config, const RunCommand& command) {
  const auto servers = config::masked(config);
  telemetry::info("replikey starts", {{"version", version()},
                                      {"commit", commit()},
                                      {"pipeline", config.pipeline.name},
                                      {"servers", servers},
                                      {"config", config.file},
                                      {"rules", config.rules.size()},
                                      {"lanes", config.pipeline.write.lanes},
                                      {"catch_up", command.catch_up},
                                      {"dry_run", command.dry_run}});
}

/// The service manager and the log are told what goes on; --dry-run prints.
pipeline::Hooks make_hooks(LineWriter& out, std::stop_source& stop) {
  return {.on_ready =
              [] {
                telemetry::info("the stream is open");
                notify_service_manager("READY=1\nSTATUS=Following the binary log");
              },
          .on_command =
              [&out, &stop](std::string_view command) {
                if (!out.line(command)) {
                  stop.request_stop();
                }
              }};
}

ExitCode ended(const Status& status, const LineWriter& out) {
  if (out.error() != 0 && !out.is_reader_gone()) {
    telemetry::error("cannot write: " + std::generic_category().message(out.error()));
    return ExitCode::Internal;
  }
  if (status) {
    telemetry::info("replikey has ended");
    return ExitCode::Done;
  }
  const auto code = exit_code(status.error().code(), Phase::Servers);
  if (code == ExitCode::Done) {
    telemetry::info("replikey has ended");
  } else {
    telemetry::error(status.error().message(), {{"code", to_string(status.error().code())},
                                                {"exit_code", static_cast<unsigned>(code)}});
    notify_service_manager("STATUS=" + status.error().message());
  }
  return code;
}

}  // namespace

ExitCode run(const RunCommand& command) {
  const auto config = config::load(command.config);
  if (!config) {
    complain(config.error().message());
    return exit_code(config.error().code(), Phase::Servers);
  }
  telemetry::configure(config->log);
  log_start(*config, command);

  std::stop_source stop;
  const SignalWatcher watcher{[&stop](int signal) {
    telemetry::info("asked to stop", {{"signal", signal}});
    notify_service_manager("STOPPING=1\nSTATUS=Draining");
    stop.request_stop();
  }};
  // A person or a pipe follows: every command shows at once.
  LineWriter out{STDOUT_FILENO, 0};
  const auto status =
      pipeline::run(config->pipeline, {.catch_up = command.catch_up, .dry_run = command.dry_run},
                    make_hooks(out, stop), stop.get_token());
  return ended(status, out);
}

}  // namespace replikey::app
