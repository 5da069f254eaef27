#include "cli/inherited_state.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <initializer_list>
#include <limits>

#include "base/environment.h"

namespace warptune {

void fill_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) != -1 || errno != EBADF) continue;
    // open() takes the lowest free number, which is this one. Without a /dev at all, a folder holds the place: it can
    // neither be read nor written.
    if (::open("/dev/null", O_RDWR) < 0) static_cast<void>(::open("/", O_RDONLY | O_DIRECTORY));
  }
}

void settle_umask() { ::umask(::umask(0) & ~static_cast<mode_t>(S_IRWXU)); }

Result<void> settle_stack() {
  constexpr rlim_t least = 256 << 10, usual = 8 << 20;
  constexpr std::size_t least_of_thread = 1 << 20;
  rlimit limit{};
  if (::getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < usual / 8) {
    limit.rlim_cur = std::min(limit.rlim_max, usual);   // RLIM_INFINITY is the largest number
    static_cast<void>(::setrlimit(RLIMIT_STACK, &limit));
    if (limit.rlim_cur < least)
      return failure(fmt::format("the stack of this process may have no more than {} kB", limit.rlim_cur / 1024),
                     "allow it more: ulimit -s 1024");
  }
  // The C library took the limit that was there at the start.
  pthread_attr_t threads;
  std::size_t size = 0;
  if (::pthread_getattr_default_np(&threads) != 0) return {};
  if (::pthread_attr_getstacksize(&threads, &size) == 0 && size < least_of_thread &&
      ::pthread_attr_setstacksize(&threads, least_of_thread) == 0)
    static_cast<void>(::pthread_setattr_default_np(&threads));
  ::pthread_attr_destroy(&threads);
  return {};
}

void settle_addresses() {
  constexpr rlim_t arena = rlim_t{64} << 20, share = 16;   // what malloc sets aside for a thread; of the limit, for all
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return;
  if (environment("MALLOC_ARENA_MAX")) return;   // the user has said how many
  const rlim_t most = std::clamp<rlim_t>(limit.rlim_cur / (arena * share), 1, std::numeric_limits<int>::max());
  static_cast<void>(::mallopt(M_ARENA_MAX, static_cast<int>(most)));
}

void settle_signals() {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGCHLD, SIG_DFL);
}

}   // namespace warptune
