#include "study/interrupt.h"

#include <atomic>
#include <csignal>

namespace warptune {

namespace {

// Without a lock, so that a handler may set it, and other threads may look at it.
std::atomic<bool> signalled = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void remember(int signal) {
  signalled = true;
  std::signal(signal, SIG_DFL);
}

}   // namespace

InterruptGuard::InterruptGuard() {
  signalled = false;
  std::signal(SIGINT, remember);
  std::signal(SIGTERM, remember);
}

InterruptGuard::~InterruptGuard() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

bool InterruptGuard::interrupted() { return signalled; }

}   // namespace warptune
