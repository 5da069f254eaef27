// What a journal holds, and how it is read. The file is an Optuna journal: one JSON object per line, append-only.
//
// Read is what warptune::Journal writes: the first line creates the study, study attributes named "warptune:..."
// describe it, and every trial is one finished op-4 line with the system attribute "warptune:trial".
//
// Other tools may add to the file; this is what becomes of their lines:
//   ops 2, 3 (study attributes, notes, metric names)   ignored, unless they set a warptune: attribute again
//   op 4 without "warptune:trial" (Optuna's trials)    not a trial of ours; counted as foreign
//   ops 5..9 (on trials)                               ignored: our trials are finished, so Optuna ignores them as well
//   op 0, ops on other studies, op 10                  ignored
//   op 1 on our study (deleted)                        an error
// So a trial keeps the number that warptune gave it; Optuna's number is the same as long as nobody else adds trials.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "result/trial.h"
#include "warptune/error.h"
#include "warptune/space.h"

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
};

struct JournalContents {
  JournalHeader header;
  std::vector<Trial> trials;         // trials[i].number == i
  std::int64_t foreign_trials = 0;   // trials that another tool added to the study
  std::uint64_t whole_bytes = 0;     // length of the whole lines; a torn last line begins here
  std::uint64_t torn_bytes = 0;      // length of the torn last line, which was ignored
};

// Longest line that is read or written. Bounds the memory that a hostile file can ask for.
inline constexpr std::size_t journal_line_limit = std::size_t{1} << 20;

// Reads without a lock, so also while another process writes. Errors say path:line.
[[nodiscard]] Result<JournalContents> read_journal(const std::string& path);
// The same from memory; name stands for the path in messages.
[[nodiscard]] Result<JournalContents> read_journal_text(std::string_view text, const std::string& name);
// The same from an open file.
[[nodiscard]] Result<JournalContents> read_journal_from(int descriptor, const std::string& name);

}   // namespace warptune
