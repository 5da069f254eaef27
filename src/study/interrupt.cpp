#include "study/interrupt.h"

#include <csignal>

namespace warptune {

namespace {

volatile std::sig_atomic_t signalled = 0;

void remember(int signal) {
  signalled = 1;
  std::signal(signal, SIG_DFL);
}

}   // namespace

InterruptGuard::InterruptGuard() {
  signalled = 0;
  std::signal(SIGINT, remember);
  std::signal(SIGTERM, remember);
}

InterruptGuard::~InterruptGuard() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

bool InterruptGuard::interrupted() { return signalled != 0; }

}   // namespace warptune
