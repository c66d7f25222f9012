#include "replikey/app/cli.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>

#include "replikey/app/version.hpp"
#include "replikey/base/nearest.hpp"

namespace replikey::app {
namespace {

constexpr const char* kProgram = "replikey";
constexpr const char* kAbout =
    "Keeps rows of MySQL and MariaDB in Redis: reads the binary log as a replica does and writes\n"
    "each row under the key that a rule gives it.";
constexpr const char* kExamples =
    "Without a command, `replikey --config FILE` runs the daemon.\n\n"
    "Example:\n"
    "  replikey check --config /etc/replikey/replikey.yaml && replikey --config "
    "/etc/replikey/replikey.yaml\n\n"
    "Exit codes: 0 done, 64 wrong usage, 65 damaged input file, 69 a server cannot be reached,\n"
    "70 internal, 76 a server refuses or is unsuitable, 78 configuration file.";
constexpr const char* kRunHelp =
    "SIGTERM and SIGINT drain what is under way (at most shutdown_timeout) and exit 0; a second\n"
    "signal exits at once with 128 plus its number: progress stays exact either way.\n\n"
    "Example:\n  replikey run --config replikey.yaml --dry-run --catch-up";
constexpr const char* kCheckHelp = "Example:\n  replikey check --config replikey.yaml";
constexpr const char* kDecodeHelp =
    "Prints one JSON object per row change and per DDL statement, a line each. A file that is\n"
    "damaged, encrypted, or holds an event this version does not decode ends there; a row with a\n"
    "value it cannot write is left out. Either way all that can be read is printed,\n"
    "FILE:POSITION and the reason go to stderr, and the exit code is 65.\n\n"
    "Example:\n  replikey decode /var/lib/mysql/binlog.000042 | jq -c "
    "'select(.table==\"article\")'";
constexpr const char* kStatusHelp = "Example:\n  replikey status --config replikey.yaml --json";
constexpr const char* kResetHelp =
    "POSITION: latest, earliest, a GTID set as the server prints it, or FILE:OFFSET of a\n"
    "transaction's begin. Stop replikey first.\n\n"
    "Example:\n  replikey reset --config replikey.yaml --to binlog.000042:4";

/// The application and where its options go.
struct Parser {
  CLI::App app{kAbout, kProgram};
  RunCommand run;
  CheckCommand check;
  DecodeCommand decode;
  StatusCommand status;
  ResetCommand reset;
  bool is_version = false;

  Parser();
  CLI::App* add(const char* name, const char* about, const char* footer);
  static void add_config(CLI::App* command, std::string& into);
};

CLI::App* Parser::add(const char* name, const char* about, const char* footer) {
  auto* command = app.add_subcommand(name, about);
  command->footer(footer);
  return command;
}

void Parser::add_config(CLI::App* command, std::string& into) {
  command->add_option("-c,--config", into, "The configuration file")->required()->type_name("FILE");
}

Parser::Parser() {
  app.footer(kExamples);
  app.require_subcommand(0, 1);
  app.add_flag("-V,--version", is_version, "Print version, commit and client libraries");

  auto* command = add("run", "Run the daemon in the foreground", kRunHelp);
  add_config(command, run.config);
  command->add_flag("--catch-up", run.catch_up,
                    "Stop at the end of the binlog as it is at the start");
  command->add_flag("--dry-run", run.dry_run,
                    "Print the commands, one per line, instead of sending them; save nothing");

  command = add("check", "Check file and servers, and say what mends what is missing", kCheckHelp);
  add_config(command, check.config);
  command->add_flag("--json", check.json, "Print one JSON object");

  command = add("decode", "Print the row changes in binlog files, without a server", kDecodeHelp);
  command->add_option("FILE", decode.files, "Binlog files")->required()->type_name("");

  command = add("status", "Show how far each lane got and how far it lags", kStatusHelp);
  add_config(command, status.config);
  command->add_flag("--json", status.json, "Print one JSON object");

  command = add("reset", "Set where the pipeline resumes", kResetHelp);
  add_config(command, reset.config);
  command->add_option("--to", reset.to, "Where to resume")->required()->type_name("POSITION");
  command->add_flag("-y,--yes", reset.is_confirmed, "Do not ask");
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands(nullptr)) {
    names.push_back(command->get_name());
  }
  return names;
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
  }
  return names;
}

SayCommand wrong_usage(const std::string& what, std::string_view command) {
  const bool is_command = !command.empty() && command != kProgram;
  const std::string help =
      is_command ? "replikey " + std::string{command} + " --help" : "replikey --help";
  return {"replikey: " + what + "\nSee `" + help + "`.\n", ExitCode::WrongUsage};
}

/// The first argument that nothing takes.
SayCommand unexpected(const Parser& parser, const CLI::App& command) {
  const auto extras = command.remaining(true);
  const std::string word = extras.empty() ? std::string{} : extras.front();
  if (word.starts_with('-')) {
    const auto name = word.substr(0, word.find('='));
    return wrong_usage("unknown option " + name + did_you_mean(name, option_names(command)),
                       command.get_name());
  }
  const auto names = command_names(parser.app);
  if (std::find(names.begin(), names.end(), word) != names.end()) {
    return wrong_usage("the command comes first: replikey " + word + " …", word);
  }
  return wrong_usage("unexpected argument \"" + word + "\"", command.get_name());
}

Command chosen(Parser& parser) {
  const auto& app = parser.app;
  if (app.got_subcommand("run")) {
    return std::move(parser.run);
  }
  if (app.got_subcommand("check")) {
    return std::move(parser.check);
  }
  if (app.got_subcommand("decode")) {
    return std::move(parser.decode);
  }
  if (app.got_subcommand("status")) {
    return std::move(parser.status);
  }
  return std::move(parser.reset);
}

}  // namespace

Command parse_command_line(const std::vector<std::string>& arguments) {
  Parser parser;
  if (arguments.empty()) {
    return SayCommand{parser.app.help(), ExitCode::WrongUsage};
  }
  std::vector<std::string> words = arguments;
  const auto& first = arguments.front();
  const bool is_about_itself =
      first == "--help" || first == "-h" || first == "--version" || first == "-V";
  if (first.starts_with('-') && !is_about_itself) {
    words.insert(words.begin(), "run");
  } else if (!first.starts_with('-')) {
    const auto names = command_names(parser.app);
    if (std::find(names.begin(), names.end(), first) == names.end()) {
      return wrong_usage("unknown command \"" + first + "\"" + did_you_mean(first, names), "");
    }
  }
  std::reverse(words.begin(), words.end());  // as CLI11 wants them
  try {
    parser.app.parse(words);
  } catch (const CLI::CallForHelp&) {
    const auto given = parser.app.get_subcommands();
    return SayCommand{given.empty() ? parser.app.help() : given.front()->help(), ExitCode::Done};
  } catch (const CLI::ParseError& error) {
    const auto given = parser.app.get_subcommands();
    const auto& command = given.empty() ? parser.app : *given.front();
    // A misspelt --config is also a missing one: the first is the better thing to say.
    return command.remaining(true).empty() ? wrong_usage(error.what(), command.get_name())
                                           : unexpected(parser, command);
  }
  if (parser.is_version) {
    return SayCommand{version_text(), ExitCode::Done};
  }
  return chosen(parser);
}

}  // namespace replikey::app
