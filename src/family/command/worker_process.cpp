#include "family/command/worker_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>
#include <utility>

#include "base/without_sigpipe.h"
#include "family/command/worker_keeper.h"

namespace warptune {

namespace {

using Clock = WorkerProcess::Clock;
constexpr auto look = std::chrono::milliseconds(20);          // how often `stop` is looked at while nothing comes
constexpr auto last_words = std::chrono::milliseconds(300);   // for the standard error of a worker that ended

struct Pipe {
  FileDescriptor read, write;
};

// Above the descriptors that the keeper's own are put on.
Result<FileDescriptor> moved_up(int descriptor) {
  const FileDescriptor low(descriptor);
  FileDescriptor high(fcntl(low.get(), F_DUPFD_CLOEXEC, 10));
  if (high) return high;
  // Where even these numbers are beyond the limit it is an invalid one.
  return failure("no worker can be started: " + error_text(errno == EINVAL ? EMFILE : errno),
                 "allow more open files with ulimit -n", ErrorKind::no_score);
}

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0)
    return failure("no worker can be started: " + error_text(errno), "allow more open files with ulimit -n",
                   ErrorKind::no_score);
  Result<FileDescriptor> read = moved_up(ends[0]);
  Result<FileDescriptor> write = moved_up(ends[1]);
  if (!read) return tl::unexpected(read.error());
  if (!write) return tl::unexpected(write.error());
  return Pipe{std::move(*read), std::move(*write)};
}

void set_nonblocking(const FileDescriptor& file) {
  fcntl(file.get(), F_SETFL, fcntl(file.get(), F_GETFL) | O_NONBLOCK);
}

// The caller's environment with other values of some variables.
std::vector<std::string> environment_with(const std::vector<std::string>& changes) {
  std::vector<std::string> all;
  const auto name_of = [](std::string_view variable) { return variable.substr(0, variable.find('=') + 1); };
  const auto set = [&](std::string_view variable) {
    const auto same = std::find_if(all.begin(), all.end(),
                                   [&](const std::string& known) { return name_of(known) == name_of(variable); });
    if (same != all.end())
      *same = variable;
    else
      all.emplace_back(variable);
  };
  for (char** variable = environ; *variable != nullptr; ++variable) all.emplace_back(*variable);
  for (const std::string& variable : changes) set(variable);
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

}   // namespace

Result<std::unique_ptr<WorkerProcess>> WorkerProcess::start(const WorkerStart& start,
                                                            std::function<void(const std::string&)> on_log_line) {
  std::array<Pipe, 4> pipes;
  for (Pipe& pipe : pipes) {
    Result<Pipe> made = make_pipe();
    if (!made) return tl::unexpected(made.error());
    pipe = std::move(*made);
  }
  auto& [input, output, errors, lifeline] = pipes;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.read.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.write.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.write.get(), STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&actions, lifeline.read.get(), lifeline_descriptor);
  posix_spawn_file_actions_addclosefrom_np(&actions, lifeline_descriptor + 1);   // whoever forgot O_CLOEXEC
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);   // an ignored signal would stay ignored
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<std::string> words{"warptune", std::string(keep_worker_argument), start.data, start.folder,
                                 start.command};
  std::vector<std::string> variables = environment_with(start.environment);
  std::unique_ptr<WorkerProcess> worker(new WorkerProcess(std::move(on_log_line)));
  const int error = posix_spawn(&worker->keeper_, start.keeper.c_str(), &actions, &attributes,
                                pointers_to(words).data(), pointers_to(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    worker->keeper_ = -1;
    return failure(fmt::format("no worker can be started: {}", error_text(error)), {}, ErrorKind::no_score);
  }
  worker->input_ = std::move(input.write);
  worker->output_ = std::move(output.read);
  worker->errors_ = std::move(errors.read);
  worker->lifeline_ = std::move(lifeline.write);
  for (const FileDescriptor* file : {&worker->input_, &worker->output_, &worker->errors_}) set_nonblocking(*file);
  return worker;
}

WorkerProcess::Outcome WorkerProcess::wait_for_output(Clock::time_point until, const Stop& stop) {
  while (true) {
    // poll passes over a negative descriptor.
    std::array<pollfd, 2> events{{{output_.get(), POLLIN, 0}, {errors_ ? errors_.get() : -1, POLLIN, 0}}};
    const int ready = poll(events.data(), events.size(), static_cast<int>(look.count()));
    if (events[1].revents != 0) read_errors();
    if (ready > 0 && events[0].revents != 0) return Outcome::good;
    // Without its keeper a worker may live on, or what has its output.
    if (ready == 0 && reap(false)) return Outcome::ended;
    if (stop()) return Outcome::stopped;
    if (Clock::now() >= until) return Outcome::timeout;
  }
}

WorkerProcess::Outcome WorkerProcess::send(std::string_view line, Clock::time_point until, const Stop& stop) {
  WithoutSigpipe guard;
  while (true) {
    const ssize_t written = ::write(input_.get(), line.data(), line.size());
    if (written >= 0) {
      line.remove_prefix(static_cast<std::size_t>(written));
      if (line.empty()) return Outcome::good;
    } else if (errno == EPIPE) {
      guard.raised();
      return Outcome::ended;
    } else if (errno != EAGAIN && errno != EINTR) {
      return Outcome::ended;
    }
    // What it says meanwhile is read later: only its standard error must not fill up. So wait for the input alone.
    std::array<pollfd, 2> events{{{input_.get(), POLLOUT, 0}, {errors_ ? errors_.get() : -1, POLLIN, 0}}};
    (void)poll(events.data(), events.size(), static_cast<int>(look.count()));
    if (events[1].revents != 0) read_errors();
    if (stop()) return Outcome::stopped;
    if (Clock::now() >= until) return Outcome::timeout;
  }
}

WorkerProcess::Line WorkerProcess::read_line(Clock::time_point until, const Stop& stop) {
  while (true) {
    if (const void* found = std::memchr(buffer_.data() + searched_, '\n', end_ - searched_); found != nullptr) {
      const auto newline = static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
      const std::string_view text(buffer_.data() + begin_, newline - begin_);
      begin_ = searched_ = newline + 1;
      return {Outcome::good, text};
    }
    if (begin_ > 0) {
      std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
                buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
      end_ -= begin_;
      begin_ = 0;
    }
    searched_ = end_;
    if (end_ > most_line_bytes) return {Outcome::too_long, {}};
    if (end_ == buffer_.size()) buffer_.resize(buffer_.size() * 2);
    if (const Outcome outcome = wait_for_output(until, stop); outcome != Outcome::good) return {outcome, {}};
    const ssize_t got = ::read(output_.get(), buffer_.data() + end_, buffer_.size() - end_);
    if (got > 0) end_ += static_cast<std::size_t>(got);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return {Outcome::ended, {}};
  }
}

void WorkerProcess::read_errors() {
  std::array<char, 4096> bytes;
  // Once only: a worker that writes without end must not keep warptune here.
  const ssize_t got = ::read(errors_.get(), bytes.data(), bytes.size());
  const bool goes_on = got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
  if (got > 0) log_.add({bytes.data(), static_cast<std::size_t>(got)});
  more_errors_ = got == static_cast<ssize_t>(bytes.size());
  if (!goes_on) errors_ = {};
}

// What was written before an answer is in the pipe when the answer is, and was looked for when that was. Bounded, for one
// that writes without end.
void WorkerProcess::drain_errors() {
  constexpr int most_reads = 512;   // 2 MiB, twice what a pipe can hold
  for (int i = 0; i < most_reads && errors_ && more_errors_; ++i) read_errors();
}

bool WorkerProcess::reap(bool wait) {
  if (keeper_ < 0) return true;
  const pid_t got = waitpid(keeper_, &status_, wait ? 0 : WNOHANG);
  if (got == 0 || (got < 0 && errno == EINTR)) return false;
  keeper_ = -1;
  return true;
}

bool WorkerProcess::wait(Clock::time_point until) {
  while (!reap(false)) {
    if (Clock::now() >= until) return false;
    if (errors_) read_errors();   // one that cannot write cannot end
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

std::string WorkerProcess::end_text(const std::string& stream) {
  const auto until = Clock::now() + last_words;
  while (errors_ && Clock::now() < until) {
    pollfd event{errors_.get(), POLLIN, 0};
    if (poll(&event, 1, static_cast<int>(look.count())) > 0) read_errors();
  }
  log_.finish();
  if (!wait(until)) return "it closed its standard " + stream;
  if (!WIFEXITED(status_)) return "its keeper was ended from outside";
  const int code = WEXITSTATUS(status_);
  if (code <= signal_exit) return fmt::format("it ended with exit code {}", code);
  const char* signal_name = sigdescr_np(code - signal_exit);
  return fmt::format("signal {} ({}) ended it", code - signal_exit, signal_name == nullptr ? "unknown" : signal_name);
}

void WorkerProcess::kill() {
  more_errors_ = true;   // it may have written since
  drain_errors();
  log_.finish();
  if (keeper_ < 0) return;
  if (!reap(false)) {
    WithoutSigpipe guard;   // no reader: the keeper ends as it is, and is reaped below
    if (::write(lifeline_.get(), &lifeline_keep_data, 1) < 0) guard.raised();
  }
  lifeline_ = {};
  while (!reap(true)) {
  }
  input_ = {};
  output_ = {};
  errors_ = {};
}

}   // namespace warptune
