#include "cli/interrupt.h"

#include <atomic>
#include <cstddef>

namespace warptune {

namespace {

// Without a lock, so that a handler may set it, and other threads may look at it.
std::atomic<int> signalled = 0;
static_assert(std::atomic<int>::is_always_lock_free);

void remember(int signal) {
  signalled = signal;
  // A limit on processor time says so every second: only the hard one ends the process.
  if (signal != SIGXCPU) ::signal(signal, SIG_DFL);
}

}   // namespace

InterruptGuard::InterruptGuard() {
  signalled = 0;
  struct sigaction handler {};
  handler.sa_handler = remember;
  handler.sa_flags = SA_RESTART;
  sigemptyset(&handler.sa_mask);
  for (std::size_t i = 0; i < caught.size(); ++i) {
    sigaction(caught[i], nullptr, &before_[i]);
    if (before_[i].sa_handler != SIG_IGN) sigaction(caught[i], &handler, nullptr);
  }
}

InterruptGuard::~InterruptGuard() {
  for (std::size_t i = 0; i < caught.size(); ++i) sigaction(caught[i], &before_[i], nullptr);
}

int InterruptGuard::signal() { return signalled; }

}   // namespace warptune
