// A search as a library call: a study over a table, whose trials are told to an observer as they end. No files, no signals,
// nothing on standard error: those are the caller's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "warptune/counters.h"
#include "warptune/dataset.h"
#include "warptune/error.h"
#include "warptune/study.h"
#include "warptune/table.h"
#include "warptune/trial.h"

namespace warptune {

// What is known of a search before its first fit.
struct SearchStart {
  std::int64_t trials = 0;   // that the study has, those known before included
  std::string trainer;       // program and version that trains, for families that others train: scores depend on it
  SearchCounters counters;   // so far
};

// Trials that an earlier run of the same study scored, which are not trained again.
struct KnownBefore {
  std::string source;          // where they come from, for messages: a journal's path
  std::vector<Trial> trials;   // in any order, each once; each must be the one that the study's seed gives
};

// Who looks on. Calls come from several threads, but one at a time, except worker_line.
class Observer {
 public:
  Observer() = default;
  virtual ~Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  // What the user should know: a guess, a setting that does nothing, a device that was lost. Each once.
  virtual void note(std::string_view /*text*/) {}
  // The dataset is made. An error ends the search.
  virtual Result<void> prepared(const Dataset& /*dataset*/) { return {}; }
  // All is open and checked, nothing is trained yet: from here on there are results to lose. An error ends the search.
  virtual Result<void> begin(const SearchStart& /*start*/) { return {}; }
  // Trials that ended just now, the last of `all`, which have ended so far in that order, those known before first. An error
  // ends the search.
  virtual Result<void> ended(std::span<const Trial> /*all*/, std::size_t /*just_now*/) { return {}; }
  // A few times a second while fits run. An error ends the search.
  virtual Result<void> look(std::span<const Trial> /*all*/) { return {}; }
  // No fit runs any more. Comes once after begin, however the search ends.
  virtual void finished(std::span<const Trial> /*all*/) {}
  // A line that a worker of the family command wrote on its standard error; without its end. From any thread at any time.
  virtual void worker_line(std::size_t /*worker*/, std::string_view /*line*/) {}
};

struct SearchResult {
  enum class End { complete, stopped, time_limit, failed };
  End end = End::complete;
  std::optional<Error> error;   // of one that failed; what was scored before is in `trials`
  std::vector<Trial> trials;    // by number
  std::int64_t planned = 0;     // trials that the study has
  SearchCounters counters;
};

// check_study of all that a search needs: of a completed study, without what the program reads and writes.
[[nodiscard]] Result<void> check_search(const Study& study, const Origins& origins = {});

// Completes, checks and runs a study over a table; study.input and study.output are the caller's own. stop: asked for, the
// search ends when the units of work that are being done have ended; on a GPU they end early. The error is what kept it
// from beginning. Searches may run beside each other in a process.
[[nodiscard]] Result<SearchResult> search(const Study& study, Table table, Observer& observer,
                                          const std::stop_token& stop = {}, KnownBefore known = {});

// What a search would do, for people: fits, batches, devices. Trains nothing.
[[nodiscard]] Result<std::string> describe_search(const Study& study, Table table, Observer& observer);

}   // namespace warptune
