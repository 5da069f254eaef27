// Ctrl-C, SIGTERM, a terminal that is closed and a limit on processor time as a flag that is looked at between units of
// work.
#pragma once

#include <signal.h>

#include <array>

namespace warptune {

// Catches the signals while it lives, but none that our parent told us to ignore, as nohup and a shell's & do. A second
// one of the same kind ends the process at once.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  [[nodiscard]] static bool interrupted() { return signal() != 0; }
  [[nodiscard]] static int signal();   // the last one; 0: none

 private:
  static constexpr std::array caught{SIGINT, SIGTERM, SIGHUP, SIGXCPU};
  std::array<struct sigaction, caught.size()> before_{};
};

}   // namespace warptune
