// What a journal holds, and how it is read. The file is an Optuna journal: one JSON object per line, append-only.
//
// Read is what warptune::Journal writes: the first line creates the study, study attributes named "warptune:..."
// describe it, and every trial is one finished op-4 line with the user attribute "warptune:trial", its number. Trials stand
// in the order in which they ended; a failed one may be there again, after it was tried again: the last line counts.
//
// Other tools may add to the file; this is what becomes of their lines:
//   ops 2, 3 (study attributes, notes, metric names)   ignored, unless they set a warptune: attribute again
//   op 4 without "warptune:trial" (Optuna's trials)    not a trial of ours; counted as foreign, and named to the user
//   ops 5..9 (on trials)                               ignored: our trials are finished, so Optuna ignores them as well
//   op 0, ops on other studies, op 10                  ignored
//   op 1 on our study (deleted)                        an error
// Optuna numbers trials by their lines. That numbering is its own and stays whole (a dashboard shows every trial once, in
// the order of ending); ours is the attribute, which Optuna's tables show beside it. So a trial goes into the file when it
// ends, whatever became of those before it: a line that reserved its place earlier would be a trial that seems to run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "warptune/error.h"
#include "warptune/space.h"
#include "warptune/trial.h"

namespace warptune {

struct JournalHeader {
  std::string name;   // of the study
  bool maximise = true;
  std::string metric;
  Space space;
  std::string version;   // of the program that started the study
  std::string dataset;   // Dataset::hash
  std::uint64_t seed = 0;
  nlohmann::json study = nlohmann::json::object();   // what `resume` needs; opaque here
  std::int64_t trials = 0;                           // that the study was extended to by `resume --trials`; 0: never
};

struct JournalContents {
  JournalHeader header;
  std::vector<Trial> trials;             // any set of the study's, by number
  std::int64_t foreign_trials = 0;       // trials that another tool added to the study
  std::int64_t first_foreign_line = 0;   // of the file, where there are any
  std::uint64_t whole_bytes = 0;         // length of the whole lines; a torn last line begins here
  std::uint64_t torn_bytes = 0;          // length of the torn last line, which was ignored
};

// Longest line that is read or written. Bounds the memory that a hostile file can ask for.
inline constexpr std::size_t journal_line_limit = std::size_t{1} << 20;

// "j.log:12: another program added 2 trials ..."; empty where there are none.
[[nodiscard]] std::string foreign_note(const JournalContents& contents, const std::string& name);

// Reads without a lock, so also while another process writes. Errors say path:line.
[[nodiscard]] Result<JournalContents> read_journal(const std::string& path);
// The same from memory; name stands for the path in messages.
[[nodiscard]] Result<JournalContents> read_journal_text(std::string_view text, const std::string& name);
// The same from an open file.
[[nodiscard]] Result<JournalContents> read_journal_from(int descriptor, const std::string& name);

}   // namespace warptune
