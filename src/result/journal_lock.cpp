#include "result/journal_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <optional>
#include <sstream>
#include <thread>
#include <utility>

#include "base/shown.h"
#include "base/system_hint.h"

namespace warptune {
namespace {

constexpr std::time_t abandoned_after_seconds = 30;   // Optuna's grace period

std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  file >> id;
  return id.empty() ? "unknown" : id;
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == 0) return "unknown";
  return name.data();
}

struct Holder {
  enum class State {
    gone,      // no lock any more
    dead,      // a warptune process that has ended
    alive,     // a warptune process that runs
    unclear,   // a warptune process of another system, or another program
  };
  State state = State::gone;
  std::string who;       // "process 1234 on host"; empty for another program
  FileDescriptor file;   // dead: flocked, so that only one process removes the lock
  timespec modified = {};
};

bool same_file(const struct stat& a, const struct stat& b) { return a.st_dev == b.st_dev && a.st_ino == b.st_ino; }

Holder look_at(const std::string& path) {
  Holder holder;
  struct stat named = {};
  if (::lstat(path.c_str(), &named) != 0) return holder;
  holder.state = Holder::State::unclear;
  holder.modified = named.st_mtim;
  if (!S_ISREG(named.st_mode)) return holder;
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file) return holder;
  std::array<char, 512> buffer{};
  const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
  std::istringstream text(std::string(buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0));
  std::string program, host, boot;
  long pid = 0;
  if (!(text >> program >> pid >> host >> boot) || program != "warptune" || pid <= 0) return holder;
  const bool here = boot == boot_id() && boot != "unknown";
  holder.who = fmt::format("process {}{}", pid, host == host_name() ? "" : " on " + shown(host));

  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
    if (!here) return holder;
    struct stat opened = {}, again = {};
    if (::fstat(file.get(), &opened) != 0 || ::lstat(path.c_str(), &again) != 0 || !same_file(opened, again)) {
      holder.state = Holder::State::gone;   // released or replaced in between: look again
      return holder;
    }
    holder.state = Holder::State::dead;
    holder.file = std::move(file);
  } else if (errno == EWOULDBLOCK) {
    holder.state = Holder::State::alive;
  } else if (here && host == host_name()) {   // a file system without flock
    holder.state =
        ::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH ? Holder::State::dead : Holder::State::alive;
  }
  return holder;
}

// As Optuna removes a lock: of two processes only one can rename it. 0 or errno.
int remove_lock(const std::string& path) {
  const std::string renamed = fmt::format("{}{}-{}.rename", path, ::getpid(), boot_id());
  return ::rename(path.c_str(), renamed.c_str()) == 0 && ::unlink(renamed.c_str()) == 0 ? 0 : errno;
}

// A lock file with its content, or why there is none (EEXIST: somebody's is there). It appears whole: a process that is
// killed in the middle leaves either nothing or a lock that says who left it. Where a file system has no nameless files
// the content follows the name.
struct MadeLock {
  FileDescriptor file;
  int error = 0;
};

MadeLock make_lock(const std::string& path) {
  const std::string content = fmt::format("warptune {} {} {}\n", ::getpid(), host_name(), boot_id());
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  MadeLock made{FileDescriptor(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0644)), 0};
  const bool nameless = static_cast<bool>(made.file);
  if (!nameless) made.file = FileDescriptor(::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0644));
  if (!made.file) return {FileDescriptor(), errno};
  // Where flock does not work, the process id has to do.
  static_cast<void>(::flock(made.file.get(), LOCK_EX | LOCK_NB));
  made.error = write_all(made.file.get(), content).error;
  if (!nameless) {
    if (made.error != 0) static_cast<void>(::unlink(path.c_str()));
    return made;
  }
  const std::string link = fmt::format("/proc/self/fd/{}", made.file.get());
  if (made.error == 0 && ::linkat(AT_FDCWD, link.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) != 0)
    made.error = errno;
  return made;
}

bool same_time(const timespec& a, const timespec& b) { return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec; }

}   // namespace

namespace {

tl::unexpected<LockRefusal> refused(std::string message, std::string hint, int system_error,
                                    ErrorKind kind = ErrorKind::usage) {
  return tl::unexpected(LockRefusal{{std::move(message), std::move(hint), kind}, system_error});
}

}   // namespace

tl::expected<JournalLock, LockRefusal> JournalLock::attempt(const std::string& journal, Kind kind,
                                                            std::chrono::milliseconds patience) {
  const std::string path = journal + (kind == Kind::writing ? ".lock" : ".running");
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::optional<timespec> first_seen;
  std::string note;
  for (;;) {
    MadeLock made = make_lock(path);
    if (made.error == 0) {
      JournalLock lock(path, std::move(made.file));
      lock.note_ = std::move(note);
      return lock;
    }
    if (made.error == ENOSPC || made.error == EDQUOT || made.error == EFBIG) {
      return refused(fmt::format("cannot write the lock {}: {}", path, error_text(made.error)),
                     system_hint(made.error, ""), made.error, ErrorKind::output);
    }
    if (made.error != EEXIST) {
      return refused(fmt::format("cannot create the lock {}: {}", path, error_text(made.error)),
                     system_hint(made.error, "put the journal into a folder that you can write to"), made.error);
    }

    const Holder holder = look_at(path);
    const bool in_time = std::chrono::steady_clock::now() < deadline;
    if (holder.state == Holder::State::gone && in_time) continue;
    if (!first_seen) first_seen = holder.modified;
    const bool dead = holder.state == Holder::State::dead;
    if (!dead && in_time) {
      std::this_thread::sleep_for(std::chrono::milliseconds(kind == Kind::writing ? 1 : 10));   // Optuna's waits
      continue;
    }
    const bool abandoned = holder.state == Holder::State::unclear && same_time(*first_seen, holder.modified) &&
                           std::time(nullptr) - holder.modified.tv_sec > abandoned_after_seconds;
    if (dead || abandoned) {
      const int error = remove_lock(path);
      if (error == 0) {
        note = fmt::format("removed the lock {}, left by {}", path,
                           holder.who.empty() ? "another program" : "warptune " + holder.who);
      } else if (error != ENOENT) {
        return refused(fmt::format("cannot remove the abandoned lock {}: {}", path, error_text(error)),
                       "put the journal into a folder that you can write to", error);
      }
      continue;
    }
    if (!holder.who.empty()) {
      return refused(fmt::format("{} is in use by warptune {}", journal, holder.who),
                     holder.state == Holder::State::alive ? "wait until it ends, or stop it"
                                                          : fmt::format("if that process has ended, delete {}", path),
                     0);
    }
    return refused(fmt::format("{} is locked by another program, such as Optuna", journal),
                   fmt::format("try again; if no program uses it, delete {}", path), 0);
  }
}

Result<JournalLock> JournalLock::acquire(const std::string& journal, Kind kind, std::chrono::milliseconds patience) {
  return attempt(journal, kind, patience).map_error([](const LockRefusal& refusal) { return refusal.error; });
}

JournalLock& JournalLock::operator=(JournalLock&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(file_, other.file_);
  std::swap(note_, other.note_);
  return *this;
}

bool JournalLock::is_ours() const {
  struct stat held = {}, named = {};
  return file_ && ::fstat(file_.get(), &held) == 0 && ::lstat(path_.c_str(), &named) == 0 && same_file(held, named);
}

void JournalLock::renew() { static_cast<void>(::futimens(file_.get(), nullptr)); }

JournalLock::~JournalLock() {
  if (is_ours()) static_cast<void>(remove_lock(path_));
}

}   // namespace warptune
