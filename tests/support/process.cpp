#include "support/process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "support/temp_dir.hpp"
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;  // NOLINT(readability-redundant-declaration): not in every <unistd.h>

namespace replikey::test {
namespace {

/// A list in the form that exec takes, made before fork: after it nothing may allocate.
class CStrings {
 public:
  explicit CStrings(std::vector<std::string> texts) : texts_{std::move(texts)} {
    for (std::string& text : texts_) {
      pointers_.push_back(text.data());
    }
    pointers_.push_back(nullptr);
  }
  [[nodiscard]] char** data() noexcept { return pointers_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

std::vector<std::string> environment_with(const std::map<std::string, std::string>& additions) {
  std::map<std::string, std::string> all = additions;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) {
      all.try_emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  std::vector<std::string> result;
  result.reserve(all.size());
  for (const auto& [name, value] : all) {
    std::string& entry = result.emplace_back(name);
    entry.append("=").append(value);
  }
  return result;
}

int open_log(const std::filesystem::path& path) {
  const int handle = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (handle < 0) {
    throw std::system_error{errno, std::generic_category(), "open " + path.string()};
  }
  return handle;
}

struct ChildPlan {
  char** arguments;
  char** environment;
  const char* root;  ///< null: stay where we are
  const char* working_dir;
  int stdout_handle;
  int stderr_handle;
  int failure_pipe;
  pid_t parent;
};

/// In the child, between fork and exec: only what is safe after fork in a threaded process.
[[noreturn]] void become(const ChildPlan& plan) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != plan.parent) {
    ::_exit(127);  // the parent ended before the line above
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  const int null = ::open("/dev/null", O_RDONLY);
  ::dup2(null, STDIN_FILENO);
  ::dup2(plan.stdout_handle, STDOUT_FILENO);
  ::dup2(plan.stderr_handle, STDERR_FILENO);
  const bool is_placed = (plan.root == nullptr || ::chroot(plan.root) == 0) &&
                         (plan.working_dir == nullptr || ::chdir(plan.working_dir) == 0);
  if (is_placed) {
    ::execvpe(plan.arguments[0], plan.arguments, plan.environment);
  }
  const int reason = errno;
  // Nothing is left to do when even this fails.
  static_cast<void>(!::write(plan.failure_pipe, &reason, sizeof reason));
  ::_exit(127);
}

}  // namespace

Process::Process(ProcessOptions options) : options_{std::move(options)} {
  if (options_.stderr_file.empty()) {
    options_.stderr_file = options_.stdout_file;
  }
  start();
}

Process::~Process() {
  terminate();
}

void Process::start() {
  CStrings arguments{options_.arguments};
  CStrings environment{environment_with(options_.environment)};
  std::array<int, 2> failure{};
  if (::pipe2(failure.data(), O_CLOEXEC) != 0) {
    throw std::system_error{errno, std::generic_category(), "pipe"};
  }
  const bool changes_root = options_.root != "/";
  if (changes_root && options_.working_dir.empty()) {
    options_.working_dir = "/";
  }
  const ChildPlan plan{
      .arguments = arguments.data(),
      .environment = environment.data(),
      .root = changes_root ? options_.root.c_str() : nullptr,
      .working_dir = options_.working_dir.empty() ? nullptr : options_.working_dir.c_str(),
      .stdout_handle = open_log(options_.stdout_file),
      .stderr_handle = open_log(options_.stderr_file),
      .failure_pipe = failure[1],
      .parent = ::getpid(),
  };
  pid_ = ::fork();
  if (pid_ == 0) {
    become(plan);
  }
  const int fork_error = errno;
  ::close(plan.stdout_handle);
  ::close(plan.stderr_handle);
  ::close(failure[1]);
  int reason = pid_ < 0 ? fork_error : 0;
  if (pid_ > 0 && ::read(failure[0], &reason, sizeof reason) > 0) {
    wait_exit();
  }
  ::close(failure[0]);
  if (reason != 0) {
    throw std::system_error{reason, std::generic_category(), "start " + options_.arguments.at(0)};
  }
}

void Process::reap(int flags) {
  if (exit_code_ || pid_ <= 0) {
    return;
  }
  int status = 0;
  if (::waitpid(pid_, &status, flags) != pid_) {
    return;
  }
  if (WIFEXITED(status)) {
    exit_code_ = WEXITSTATUS(status);
  } else if (WIFSIGNALED(status)) {
    exit_code_ = 128 + WTERMSIG(status);
  }
}

bool Process::is_running() {
  reap(WNOHANG);
  return pid_ > 0 && !exit_code_;
}

std::optional<int> Process::exit_code() {
  reap(WNOHANG);
  return exit_code_;
}

std::optional<int> Process::wait_exit(std::chrono::milliseconds patience) {
  static_cast<void>(wait_until([this] { return !is_running(); }, patience));
  return exit_code_;
}

void Process::signal(int number) {
  if (is_running()) {
    ::kill(pid_, number);
  }
}

void Process::pause() {
  if (!is_running()) {
    return;
  }
  ::kill(pid_, SIGSTOP);
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(pid_), &info, WSTOPPED | WEXITED | WNOWAIT);
}

void Process::resume() {
  signal(SIGCONT);
}

int Process::kill() {
  signal(SIGKILL);
  reap(0);
  return exit_code_.value_or(-1);
}

int Process::terminate(std::chrono::milliseconds patience) {
  signal(SIGTERM);
  signal(SIGCONT);  // a paused process would not see the other one
  return wait_exit(patience) ? *exit_code_ : kill();
}

std::string Process::stdout_text() const {
  return read_file(options_.stdout_file);
}

std::string Process::stderr_text() const {
  return read_file(options_.stderr_file);
}

std::string run(const std::vector<std::string>& arguments, std::chrono::milliseconds patience) {
  const TempDir folder;
  Process process{{.arguments = arguments,
                   .environment = {},
                   .root = "/",
                   .working_dir = {},
                   .stdout_file = folder / "output",
                   .stderr_file = {}}};
  const std::optional<int> code = process.wait_exit(patience);
  if (code != 0) {
    throw std::runtime_error{arguments.at(0) +
                             (code ? " ended with " + std::to_string(*code) : " did not end") +
                             ":\n" + process.stdout_text()};
  }
  return process.stdout_text();
}

}  // namespace replikey::test
