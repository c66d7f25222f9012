#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <future>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "replikey/app/lag.hpp"
#include "replikey/app/output.hpp"
#include "replikey/app/report.hpp"
#include "replikey/app/service.hpp"

namespace replikey::app {
namespace {

using ::testing::HasSubstr;

/// A socket as the service manager has one; `path` begins with '@' for an abstract one.
class Manager {
 public:
  explicit Manager(const std::string& path) : socket_{::socket(AF_UNIX, SOCK_DGRAM, 0)} {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    if (path.front() == '@') {
      address.sun_path[0] = '\0';
    }
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  ~Manager() {
    ::unsetenv("NOTIFY_SOCKET");
    ::close(socket_);
  }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  [[nodiscard]] std::string next() const {
    std::array<char, 256> buffer{};
    const auto size = ::recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    return size < 0 ? "" : std::string{buffer.data(), static_cast<std::size_t>(size)};
  }

 private:
  int socket_;
};

TEST(NotifyServiceManager, ReachesASocketInAFolder) {
  const auto path = ::testing::TempDir() + "/notify_" + std::to_string(::getpid());
  const Manager manager{path};
  notify_service_manager("READY=1\nSTATUS=Following");
  EXPECT_EQ(manager.next(), "READY=1\nSTATUS=Following");
  ::unlink(path.c_str());
}

TEST(NotifyServiceManager, ReachesAnAbstractSocket) {
  const Manager manager{"@replikey_test_" + std::to_string(::getpid())};
  notify_service_manager("STOPPING=1");
  EXPECT_EQ(manager.next(), "STOPPING=1");
}

TEST(NotifyServiceManager, DoesNothingWithoutOne) {
  ::unsetenv("NOTIFY_SOCKET");
  notify_service_manager("READY=1");
  ::setenv("NOTIFY_SOCKET", "/nowhere/socket", 1);
  notify_service_manager("READY=1");
  ::unsetenv("NOTIFY_SOCKET");
}

TEST(SignalWatcher, TellsTheFirstSignal) {
  std::promise<int> seen;
  const SignalWatcher watcher{[&seen](int signal) { seen.set_value(signal); }};
  ::kill(::getpid(), SIGTERM);
  EXPECT_EQ(seen.get_future().get(), SIGTERM);
}

TEST(SignalWatcherDeathTest, EndsTheProcessAtTheSecondSignal) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        std::promise<void> seen;
        const SignalWatcher watcher{[&seen](int /*signal*/) { seen.set_value(); }};
        ::kill(::getpid(), SIGINT);
        seen.get_future().get();
        ::kill(::getpid(), SIGINT);
        ::pause();
      },
      ::testing::ExitedWithCode(128 + SIGINT), "");
}

TEST(LineWriter, WritesWholeLinesOnly) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  {
    LineWriter out{ends[1], 1024};
    EXPECT_TRUE(out.line("one"));
    out.text() += "half";
    out.text().resize(out.mark());
    EXPECT_TRUE(out.line("two"));
  }
  std::array<char, 64> buffer{};
  const auto size = ::read(ends[0], buffer.data(), buffer.size());
  EXPECT_EQ(std::string(buffer.data(), static_cast<std::size_t>(size)), "one\ntwo\n");
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(LineWriter, NoticesThatTheReaderIsGone) {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ::close(ends[0]);
  LineWriter out{ends[1], 0};
  EXPECT_FALSE(out.line("one"));
  EXPECT_TRUE(out.is_reader_gone());
  EXPECT_FALSE(out.line("two"));
  ::close(ends[1]);
}

TEST(Report, SumsUpAndCarriesTheMend) {
  Report report;
  report.ok("all is well");
  EXPECT_EQ(report.exit_code(), ExitCode::Done);
  EXPECT_EQ(report.text(), "OK    all is well\nready to run\n");
  report.add({Report::Severity::Warning, "small", ""});
  EXPECT_EQ(report.exit_code(), ExitCode::Done);
  report.fail(Error{ErrorCode::Unavailable, "away"});
  EXPECT_EQ(report.exit_code(), ExitCode::Unreachable);
  report.add({Report::Severity::Error, "wrong", "SET GLOBAL x = 1"});
  EXPECT_EQ(report.exit_code(), ExitCode::Refused);
  EXPECT_THAT(report.text(), HasSubstr("FAIL  wrong\n      mend: SET GLOBAL x = 1\n"));
  EXPECT_THAT(report.text(), HasSubstr("not ready: 2 to mend, 1 to look at\n"));
  EXPECT_THAT(report.json(), HasSubstr(R"({"mend":"SET GLOBAL x = 1","severity":"error")"));
}

TEST(SequenceDistance, CountsWhatIsMissingPerDomain) {
  const auto set = [](std::string_view text) { return *GtidSet::parse(text, Flavour::MariaDb); };
  EXPECT_EQ(sequence_distance(set("0-1-100,1-1-5"), set("0-2-110,1-1-5,2-1-3")), 13U);
  EXPECT_EQ(sequence_distance(set("0-1-100"), set("0-1-100")), 0U);
  EXPECT_EQ(sequence_distance(set("0-1-100"), set("0-1-90")), 0U);
}

}  // namespace
}  // namespace replikey::app
