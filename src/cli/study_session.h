// A study on the command line: who looks on while it is searched, and keeps what comes of it. Journal, results, counters,
// progress, notes, interrupts.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.h"
#include "cli/interrupt.h"
#include "device/gpu_opening.h"
#include "result/journal.h"
#include "result/progress.h"
#include "result/results_file.h"
#include "result/stats_file.h"
#include "warptune/search.h"
#include "warptune/study.h"

namespace warptune {

class StudySession : public Observer {
 public:
  // known: trials that an earlier run scored. Borrows the study.
  StudySession(const Study& study, std::size_t known);

  // The study's table, from its file. GPUs that the study asks for open meanwhile.
  [[nodiscard]] Result<Table> read_table();
  // Where the workers' lines go, if not to standard error.
  [[nodiscard]] Result<void> open_worker_log();
  [[nodiscard]] std::stop_token stop_token() const { return stop_.get_token(); }
  // Writes what came of the search; the error is how it ended, if not well.
  [[nodiscard]] Result<void> finish(Result<SearchResult> result);
  // Shows what was noted so far.
  void show_notes();

  void note(std::string_view text) final;
  Result<void> begin(const SearchStart& start) final;
  Result<void> ended(std::span<const Trial> all, std::size_t just_now) final;
  Result<void> look(std::span<const Trial> all) final;
  void finished(std::span<const Trial> all) final;
  void worker_line(std::size_t worker, std::string_view line) final;

 protected:
  // Before anything is trained, when the other files are open.
  [[nodiscard]] virtual Result<std::optional<Journal>> open_journal(const SearchStart& start) = 0;
  const Study& study_;

 private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] Result<void> open_files();
  void note_journal();
  [[nodiscard]] Result<void> write_ended(std::span<const Trial> all, std::chrono::milliseconds group);
  void close_journal(std::span<const Trial> all);
  [[nodiscard]] Result<void> write_outputs(const std::vector<Trial>& trials);
  [[nodiscard]] Result<void> failed(const Error& error, std::size_t trials);
  [[nodiscard]] Result<void> end(const SearchResult& result);
  [[nodiscard]] std::string resume_command() const;   // empty without a journal
  [[nodiscard]] Error interruption(std::size_t trials) const;
  [[noreturn]] void leave(std::span<const Trial> all);

  std::unique_ptr<GpuOpening> opening_;
  SearchCounters own_;        // its seconds: of reading, journal, results
  SearchCounters searched_;   // of the search, as far as it is known
  std::stop_source stop_;
  std::optional<std::vector<std::string>> held_ =
      std::vector<std::string>();         // notes, until nothing can be wrong any more
  std::optional<InterruptGuard> guard_;   // while there are files to clear away
  std::optional<Journal> journal_;
  std::optional<ResultsFile> results_;
  std::optional<StatsFile> stats_file_;
  FileDescriptor worker_log_;
  bool worker_log_lost_ = false;
  std::unique_ptr<ProgressSink> sink_;
  std::optional<Progress> progress_;
  std::size_t known_;          // trials before this run
  std::size_t written_;        // trials in the journal
  std::int64_t planned_ = 0;   // trials of the study
  std::size_t noted_ = 0;      // notes of the journal that are on stderr
  Clock::time_point written_at_, begin_ = Clock::now(), interrupted_at_;
  bool interrupted_ = false;
  std::optional<Error> journal_error_;   // of its last writes
  std::mutex worker_mutex_;              // of the workers' log
};

// A study whose workers this program keeps.
[[nodiscard]] Study with_own_keeper(Study study);

}   // namespace warptune
