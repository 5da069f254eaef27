// Writes a journal: the study's header, then one line per finished trial, in the order in which they ended.
//
// One warptune works on a journal: a lock of its own is held from create() or reopen() to the end. Optuna and its
// dashboard may write at any time as well (a note, a trial): for each write its lock is taken, as Optuna does, and what
// others wrote in between is left as it is. append() puts trials into the file; they are forced to the disk at most once a
// second, tend() sees to those that are left.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "result/journal_contents.h"
#include "result/journal_lock.h"
#include "result/journal_text.h"
#include "warptune/error.h"
#include "warptune/trial.h"

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

  // Whether they were written: not while another program holds the lock of writers, and then they are to be given again
  // a little later; one that holds it for a minute is an error. An error leaves the journal intact up to its last whole
  // line; every later append gives the same error.
  [[nodiscard]] Result<bool> append(std::span<const Trial> trials);

  // The study has so many trials from now on.
  [[nodiscard]] Result<void> extend(std::int64_t trials);

  // Forces what was appended to the disk.
  [[nodiscard]] Result<void> flush();

  // Flushes what is due, renews the lock of the study; to be called at least every second. Cheap when called more often.
  [[nodiscard]] Result<void> tend();

  // Flushes and gives the lock back. Nothing can be appended afterwards.
  [[nodiscard]] Result<void> close();

  [[nodiscard]] const std::string& path() const { return path_; }   // as the user gave it
  // What the user should know: an abandoned lock was removed, a torn line was cut.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  Journal(std::string path, std::string absolute, FileDescriptor file, JournalLock running, const Space& space,
          WallClock clock);
  Result<std::optional<JournalLock>> lock_for_writing();
  Result<void> still_running();
  Result<void> write(std::string_view lines);
  Result<void> cut_torn_line(std::uint64_t whole_bytes, std::uint64_t torn_bytes);
  tl::unexpected<Error> fail(const std::string& what, const std::string& what_to_do = {});
  tl::unexpected<Error> fail(int error);

  std::string path_, absolute_;
  FileDescriptor file_;
  std::optional<JournalLock> running_;   // none after close()
  TrialLines lines_;
  std::vector<Distribution> distributions_;
  WallClock clock_;
  std::string buffer_;
  std::uint64_t bytes_ = 0;   // length of the file as we left it: whole lines only
  bool unsynced_ = false;
  std::optional<std::chrono::system_clock::time_point> refused_since_;   // by who holds the lock of writers
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
