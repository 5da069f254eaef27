// The lock of a journal: a file "<journal>.lock" that exists while somebody writes.
//
// Optuna's two locks (a symbolic link, or a file made with O_EXCL) only ask whether the name exists, so ours, a file
// made with O_EXCL, excludes Optuna and is excluded by it. Into it goes "warptune PID HOST BOOT", and it is flocked
// while its process lives: on one running system (same boot id) that tells a dead holder's file from a living one's,
// whatever became of the process id. What cannot be told so is abandoned once it is 30 s old, as Optuna decides.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>

#include "result/file_descriptor.h"
#include "warptune/error.h"

namespace warptune {

class JournalLock {
 public:
  // Waits at most `patience` for a living holder, then fails with its process id.
  [[nodiscard]] static Result<JournalLock> acquire(const std::string& journal,
                                                   std::chrono::milliseconds patience = std::chrono::seconds(1));
  JournalLock(JournalLock&&) noexcept = default;
  JournalLock& operator=(JournalLock&& other) noexcept;
  ~JournalLock();   // releases it

  // Renews the lock's time, so that Optuna does not take it for abandoned (30 s). False: somebody took the lock away.
  [[nodiscard]] bool renew();

  // Says that an abandoned lock was removed; empty if there was none.
  [[nodiscard]] const std::string& note() const { return note_; }

 private:
  JournalLock(std::string path, FileDescriptor file) : path_(std::move(path)), file_(std::move(file)) {}
  [[nodiscard]] bool is_ours() const;

  std::string path_;
  FileDescriptor file_;
  std::string note_;
};

}   // namespace warptune
