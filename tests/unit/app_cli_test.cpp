#include <string>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replikey/app/cli.hpp"
#include "replikey/app/exit_code.hpp"
#include "replikey/app/reset_target.hpp"

namespace replikey::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

SayCommand said(const std::vector<std::string>& arguments) {
  const auto command = parse_command_line(arguments);
  const auto* say = std::get_if<SayCommand>(&command);
  EXPECT_NE(say, nullptr);
  return say == nullptr ? SayCommand{} : *say;
}

TEST(CommandLine, RunsWithoutACommand) {
  const auto plain = std::get<RunCommand>(parse_command_line({"--config", "a.yaml"}));
  EXPECT_EQ(plain.config, "a.yaml");
  EXPECT_FALSE(plain.catch_up || plain.dry_run);
  const auto given = std::get<RunCommand>(
      parse_command_line({"run", "--catch-up", "--config=a.yaml", "--dry-run"}));
  EXPECT_EQ(given.config, "a.yaml");
  EXPECT_TRUE(given.catch_up && given.dry_run);
  EXPECT_TRUE(
      std::get<RunCommand>(parse_command_line({"--config", "a.yaml", "--catch-up"})).catch_up);
}

TEST(CommandLine, KnowsEveryCommand) {
  EXPECT_TRUE(
      std::get<CheckCommand>(parse_command_line({"check", "--config", "a", "--json"})).json);
  EXPECT_TRUE(
      std::get<StatusCommand>(parse_command_line({"status", "--json", "--config", "a"})).json);
  EXPECT_THAT(std::get<DecodeCommand>(parse_command_line({"decode", "b.1", "b.2"})).files,
              ElementsAre("b.1", "b.2"));
  const auto reset = std::get<ResetCommand>(
      parse_command_line({"reset", "--config", "a", "--to", "latest", "--yes"}));
  EXPECT_EQ(reset.to, "latest");
  EXPECT_TRUE(reset.is_confirmed);
}

TEST(CommandLine, SaysWhatIsWrongWithTheNearestWord) {
  struct {
    std::vector<std::string> arguments;
    std::string message;
  } const cases[] = {
      {{"--confg", "a"}, "unknown option --confg (did you mean \"--config\"?)"},
      {{"run", "--config", "a", "--catchup"}, "did you mean \"--catch-up\"?"},
      {{"run", "--config", "a", "--dryrun=1"}, "unknown option --dryrun (did you mean"},
      {{"chekc"}, "unknown command \"chekc\" (did you mean \"check\"?)"},
      {{"--config", "a", "check"}, "the command comes first: replikey check"},
      {{"run", "--config", "a", "b"}, "unexpected argument \"b\""},
      {{"run"}, "--config is required"},
      {{"check", "--config"}, "--config"},
      {{"decode"}, "FILE is required"},
      {{"reset", "--config", "a"}, "--to is required"},
  };
  for (const auto& wrong : cases) {
    const auto say = said(wrong.arguments);
    EXPECT_EQ(say.exit_code, ExitCode::WrongUsage) << wrong.message;
    EXPECT_THAT(say.text, HasSubstr(wrong.message));
    EXPECT_THAT(say.text, HasSubstr("--help"));
  }
}

TEST(CommandLine, HelpsWithAnExample) {
  EXPECT_EQ(said({}).exit_code, ExitCode::WrongUsage);
  EXPECT_THAT(said({}).text, HasSubstr("Example"));
  for (const auto* command : {"run", "check", "decode", "status", "reset"}) {
    const auto say = said({command, "--help"});
    EXPECT_EQ(say.exit_code, ExitCode::Done);
    // Newer versions of CLI11 lay the text out anew.
    EXPECT_THAT(say.text,
                ::testing::ContainsRegex("Example: ?\n *replikey " + std::string{command}));
  }
  EXPECT_THAT(said({"--help"}).text, HasSubstr("78 configuration file"));
}

TEST(CommandLine, TellsVersionCommitAndLibraries) {
  const auto say = said({"--version"});
  EXPECT_EQ(say.exit_code, ExitCode::Done);
  EXPECT_THAT(say.text, ::testing::ContainsRegex("^replikey [0-9.]+ \\(commit "));
  EXPECT_THAT(say.text, HasSubstr("hiredis"));
}

TEST(ExitCodes, FollowTheReaction) {
  EXPECT_EQ(exit_code(ErrorCode::Unavailable, Phase::Servers), ExitCode::Unreachable);
  EXPECT_EQ(exit_code(ErrorCode::Timeout, Phase::Servers), ExitCode::Unreachable);
  EXPECT_EQ(exit_code(ErrorCode::Closed, Phase::Servers), ExitCode::Done);
  EXPECT_EQ(exit_code(ErrorCode::CorruptData, Phase::Servers), ExitCode::Refused);
  EXPECT_EQ(exit_code(ErrorCode::Unsupported, Phase::Servers), ExitCode::Refused);
  EXPECT_EQ(exit_code(ErrorCode::Rejected, Phase::Servers), ExitCode::Refused);
  EXPECT_EQ(exit_code(ErrorCode::InvalidConfig, Phase::Servers), ExitCode::Configuration);
  EXPECT_EQ(exit_code(ErrorCode::CorruptData, Phase::InputFile), ExitCode::DamagedInput);
  EXPECT_EQ(exit_code(ErrorCode::Unsupported, Phase::InputFile), ExitCode::DamagedInput);
}

TEST(ResetTarget, KnowsEveryForm) {
  EXPECT_TRUE(std::holds_alternative<ToLatest>(*parse_reset_target("latest")));
  EXPECT_TRUE(std::holds_alternative<ToEarliest>(*parse_reset_target("earliest")));
  EXPECT_EQ(std::get<ToGtid>(*parse_reset_target("0-1-100")).gtid, "0-1-100");
  EXPECT_TRUE(std::holds_alternative<ToGtid>(
      *parse_reset_target("3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5")));
  EXPECT_EQ(std::get<BinlogPosition>(*parse_reset_target("binlog.000042:1234")),
            (BinlogPosition{"binlog.000042", 1234}));
  const auto wrong = parse_reset_target("lastest");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message(), HasSubstr("did you mean \"latest\"?"));
  EXPECT_FALSE(parse_reset_target(""));
}

}  // namespace
}  // namespace replikey::app
