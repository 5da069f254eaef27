#include "family/command/worker_keeper.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/environment.h"

namespace warptune {

namespace {

namespace fs = std::filesystem;

constexpr int cannot_start = 126;   // as shells have it

// Of this process. Where the kernel does not list them, all processes are looked through: /proc/PID/stat is "PID (name)
// state parent ...", and a name may hold anything.
std::vector<pid_t> children() {
  std::vector<pid_t> found;
  if (std::ifstream list(fs::path("/proc/self/task") / std::to_string(getpid()) / "children"); list) {
    for (pid_t child = 0; list >> child;) found.push_back(child);
    return found;
  }
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(entry.path() / "stat");
    std::string line;
    std::getline(file, line);
    const auto after_name = line.rfind(") ");
    if (after_name == std::string::npos || line.size() < after_name + 4) continue;
    if (std::strtol(line.c_str() + after_name + 4, nullptr, 10) == getpid())
      found.push_back(static_cast<pid_t>(std::strtol(name.c_str(), nullptr, 10)));
  }
  return found;
}

// Orphans become children of this process, so at the end there is none left, however deep they were. Only children are
// signalled: their numbers cannot be another process's before they are waited for.
void end_all() {
  while (true) {
    for (const pid_t child : children()) kill(child, SIGKILL);
    if (waitpid(-1, nullptr, 0) < 0 && errno == ECHILD) return;
    while (waitpid(-1, nullptr, WNOHANG) > 0) {   // all that have ended: looking for children again costs more
    }
  }
}

bool on_path(const std::string& program) {
  if (program.find('/') != std::string::npos) return access(program.c_str(), X_OK) == 0;
  std::istringstream folders(environment("PATH").value_or(""));
  for (std::string folder; std::getline(folders, folder, ':');)
    if (access(folder.append("/").append(program).c_str(), X_OK) == 0) return true;
  return false;
}

// One program and its arguments takes the shell's place, so that the worker is the keeper's own child: it ends with the
// keeper, and its end and the end of its output are seen at once. What else a shell may be told stays the shell's.
std::string shell_text(const std::string& command) {
  const std::string program = command.substr(0, command.find(' '));
  const bool plain = program.find_first_of("=$\"'\\*?[~") == std::string::npos &&
                     command.find_first_of(";&|<>()`{}!#\n") == std::string::npos;
  return plain && on_path(program) ? "exec " + command : command;
}

[[noreturn]] void become_worker(const std::string& folder, const std::string& command, pid_t keeper) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (getppid() != keeper) _exit(cannot_start);   // it ended before the line above
  if (!folder.empty() && chdir(folder.c_str()) != 0) {
    dprintf(STDERR_FILENO, "%s: %s\n", folder.c_str(), std::strerror(errno));
    _exit(cannot_start);
  }
  execl("/bin/sh", "sh", "-c", shell_text(command).c_str(), nullptr);
  dprintf(STDERR_FILENO, "/bin/sh: %s\n", std::strerror(errno));
  _exit(cannot_start);
}

void remove_data(const std::string& folder) {
  std::error_code error;   // another keeper may be at it too
  for (int i = 0; i < 3 && fs::exists(folder, error); ++i) fs::remove_all(folder, error);
}

}   // namespace

int keep_worker(const std::vector<std::string>& arguments) {
  if (arguments.size() != 3 || fcntl(lifeline_descriptor, F_GETFD) < 0) return cannot_start;
  const std::string &data = arguments[0], &folder = arguments[1], &command = arguments[2];
  setsid();   // Ctrl-C is warptune's
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  prctl(PR_SET_NAME, "warptune-keeper");
  sigset_t blocked;
  sigemptyset(&blocked);
  for (const int signal : {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGPIPE}) sigaddset(&blocked, signal);
  sigprocmask(SIG_BLOCK, &blocked, nullptr);
  fcntl(lifeline_descriptor, F_SETFD, FD_CLOEXEC);
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  const int signals = signalfd(-1, &child_ended, SFD_CLOEXEC | SFD_NONBLOCK);
  const pid_t self = getpid();
  const pid_t worker = fork();
  if (worker < 0 || signals < 0) {
    dprintf(STDERR_FILENO, "fork: %s\n", std::strerror(errno));
    return cannot_start;
  }
  if (worker == 0) become_worker(folder, command, self);
  setpgid(worker, worker);
  // The worker's streams end with the worker.
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) close(stream);

  bool keep_data = false;
  while (true) {
    std::array<pollfd, 2> events{{{lifeline_descriptor, POLLIN, 0}, {signals, POLLIN, 0}}};
    if (poll(events.data(), events.size(), -1) < 0 && errno != EINTR) break;
    if (events[1].revents != 0) {
      signalfd_siginfo ignored;
      while (read(signals, &ignored, sizeof ignored) > 0) {
      }
      int status = 0;
      for (pid_t ended = 0; (ended = waitpid(-1, &status, WNOHANG)) > 0;) {
        if (ended != worker) continue;
        end_all();
        return WIFSIGNALED(status) ? signal_exit + WTERMSIG(status) : WEXITSTATUS(status);
      }
    }
    if (events[0].revents != 0) {
      char byte = 0;
      const ssize_t got = read(lifeline_descriptor, &byte, 1);
      if (got > 0) keep_data |= byte == lifeline_keep_data;
      if (got > 0 || (got < 0 && errno == EINTR)) continue;
      break;
    }
  }
  end_all();
  if (!keep_data) remove_data(data);
  return signal_exit + SIGKILL;
}

}   // namespace warptune
