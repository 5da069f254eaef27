// Writes a journal: the study's header, then one line per finished trial, in the order of their numbers.
//
// One process writes at a time: the lock is held from create() or reopen() to the end, so neither a second warptune nor
// an Optuna process can append; Optuna, its dashboard and the browser's reader read without a lock at any time. Should
// the lock be taken away all the same, the length of the file is compared before each write, and the study stops
// rather than mixing lines. append() puts trials into the file, and at most once a second forces them to the disk.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "result/file_descriptor.h"
#include "result/journal_contents.h"
#include "result/journal_lock.h"
#include "result/journal_text.h"
#include "result/trial.h"
#include "warptune/error.h"

namespace warptune {

using WallClock = std::function<std::chrono::system_clock::time_point()>;
[[nodiscard]] inline WallClock system_clock() {
  return [] { return std::chrono::system_clock::now(); };
}

// Naive local time with six decimals, as Optuna writes it.
[[nodiscard]] std::string journal_time(std::chrono::system_clock::time_point time);

// The texts of many times: of those within a second only the last six digits differ.
class JournalTimes {
 public:
  // Valid until the next call.
  [[nodiscard]] const std::string& of(std::chrono::system_clock::time_point time);

 private:
  std::chrono::sys_seconds second_;
  std::string text_;
};

struct ReopenedJournal;

class Journal {
 public:
  // A new journal. The file appears with its whole header or not at all. An existing file must be empty.
  [[nodiscard]] static Result<Journal> create(const std::string& path, const JournalHeader& header,
                                              WallClock clock = system_clock());

  // Goes on with a journal: replays it under the lock and cuts a torn last line off.
  [[nodiscard]] static Result<ReopenedJournal> reopen(const std::string& path, WallClock clock = system_clock());

  Journal(Journal&&) noexcept = default;
  Journal& operator=(Journal&&) noexcept = default;
  ~Journal();   // like close(), but nobody hears of an error

  // The trials' numbers must go on where the journal ends. An error leaves the journal intact up to its last whole
  // line; every later append gives the same error.
  [[nodiscard]] Result<void> append(std::span<const Trial> trials);

  // Forces what was appended to the disk.
  [[nodiscard]] Result<void> flush();

  // Renews the lock; to be called at least every 10 s while no trial ends. Cheap when called more often.
  [[nodiscard]] Result<void> keep_lock();

  // Flushes and gives the lock back. Nothing can be appended afterwards.
  [[nodiscard]] Result<void> close();

  [[nodiscard]] const std::string& path() const { return path_; }         // as the user gave it
  [[nodiscard]] std::int64_t next_trial() const { return next_trial_; }   // number of the trial to append next
  // What the user should know: an abandoned lock was removed, a torn line was cut.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  Journal(std::string path, std::string absolute, FileDescriptor file, JournalLock lock, const Space& space,
          WallClock clock);
  Result<void> write(std::string_view lines);
  Result<void> fail(std::string what);

  std::string path_, absolute_;
  FileDescriptor file_;
  std::optional<JournalLock> lock_;   // none after close()
  TrialLines lines_;
  std::vector<Distribution> distributions_;
  WallClock clock_;
  std::string buffer_;
  std::uint64_t bytes_ = 0;   // length of the file as we left it: whole lines only
  std::int64_t next_trial_ = 0;
  bool unsynced_ = false;
  std::chrono::system_clock::time_point last_sync_, last_renewal_;
  JournalTimes started_, ended_;
  std::optional<Error> failure_;
  std::vector<std::string> notes_;
};

struct ReopenedJournal {
  Journal journal;
  JournalContents contents;
};

}   // namespace warptune
