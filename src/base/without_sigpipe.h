// A write to a reader that has ended shall be an error of the write, not the end of the process.
#pragma once

#include <pthread.h>
#include <signal.h>

#include <ctime>

namespace warptune {

// While it lives, SIGPIPE is held back on this thread; raised() says that a write failed with EPIPE, so that the signal of
// that write is taken away before it can reach anybody. Where our parent told us to ignore SIGPIPE, there is none.
class WithoutSigpipe {
 public:
  WithoutSigpipe() {
    sigemptyset(&sigpipe_);
    sigaddset(&sigpipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
  }
  ~WithoutSigpipe() {
    if (raised_ && sigismember(&before_, SIGPIPE) == 0) {
      const timespec at_once{};
      sigtimedwait(&sigpipe_, nullptr, &at_once);
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  WithoutSigpipe(const WithoutSigpipe&) = delete;
  WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;
  void raised() { raised_ = true; }

 private:
  sigset_t sigpipe_{}, before_{};
  bool raised_ = false;
};

}   // namespace warptune
