// Ctrl-C and SIGTERM as a flag that is looked at between units of work.
#pragma once

namespace warptune {

// Catches SIGINT and SIGTERM while it lives. A second signal ends the process at once.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  [[nodiscard]] static bool interrupted();
};

}   // namespace warptune
