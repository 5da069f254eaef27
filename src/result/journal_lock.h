// The two locks of a journal: "<journal>.lock" exists while somebody writes a few lines, "<journal>.running" as long as a
// warptune works on the study.
//
// The first is Optuna's: its two locks (a symbolic link, or a file made with O_EXCL) only ask whether the name exists, so
// ours, a file made with O_EXCL, excludes Optuna and is excluded by it; it is held per write, as Optuna holds it. Into
// either goes "warptune PID HOST BOOT", and it is flocked while its process lives: on one running system (same boot id)
// that tells a dead holder's file from a living one's, whatever became of the process id. What cannot be told so is
// abandoned once it is 30 s old, as Optuna decides.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>

#include "base/file_descriptor.h"
#include "warptune/error.h"

namespace warptune {

// Why there is no lock.
struct LockRefusal {
  Error error;            // names the holder, or what could not be done
  int system_error = 0;   // errno of what could not be done; 0: somebody else holds it
};

class JournalLock {
 public:
  enum class Kind { writing, running };
  // Waits at most `patience` for a living holder.
  [[nodiscard]] static tl::expected<JournalLock, LockRefusal> attempt(const std::string& journal, Kind kind,
                                                                      std::chrono::milliseconds patience);
  [[nodiscard]] static Result<JournalLock> acquire(const std::string& journal, Kind kind,
                                                   std::chrono::milliseconds patience = std::chrono::seconds(1));
  JournalLock(JournalLock&&) noexcept = default;
  JournalLock& operator=(JournalLock&& other) noexcept;
  ~JournalLock();   // releases it

  // Renews the time of the lock, so that nobody takes it for abandoned (30 s).
  void renew();
  // False: somebody took the lock away.
  [[nodiscard]] bool is_ours() const;

  // Says that an abandoned lock was removed; empty if there was none.
  [[nodiscard]] const std::string& note() const { return note_; }

 private:
  JournalLock(std::string path, FileDescriptor file) : path_(std::move(path)), file_(std::move(file)) {}

  std::string path_;
  FileDescriptor file_;
  std::string note_;
};

}   // namespace warptune
