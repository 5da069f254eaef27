// The file of --results: one row per trial, best first. Nothing in it depends on the time or the machine.
//
// Columns: rank, trial, score, with folds fold_0, fold_1 ..., the parameters in the space's order, fit, and where training
// goes in rounds the number of them that each score is of: rounds, or one per fold, rounds_0, rounds_1 ... No parameter
// has one of these names (check_space). Numbers are in the shortest form that reads back to the same double, and reals
// have a point or an exponent: 1.0 is not 1. No limit is `none` in CSV and null in JSON, a list is JSON in both. Failed
// trials are the last rows, by number: they have no rank, score and fold scores (empty in CSV, null in JSON).
#pragma once

#include <span>
#include <string>
#include <utility>

#include "base/replaced_file.h"
#include "result/leaderboard.h"

namespace warptune {

enum class ResultsFormat { csv, json };

[[nodiscard]] std::string results_text(ResultsFormat format, const Space& space, std::span<const Trial> trials,
                                       const Ranking& ranking);

class ResultsFile {
 public:
  // path ends in .csv or .json. To be opened before the first fit.
  [[nodiscard]] static Result<ResultsFile> open(const std::string& path);
  [[nodiscard]] Result<void> write(const Space& space, std::span<const Trial> trials, const Ranking& ranking);

 private:
  ResultsFile(ResultsFormat format, ReplacedFile file) : format_(format), file_(std::move(file)) {}

  ResultsFormat format_;
  ReplacedFile file_;
};

}   // namespace warptune
