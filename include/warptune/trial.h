// A trial that has ended, as the journal and the results files know it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "warptune/space.h"

namespace warptune {

// As Optuna has them, of trials that have ended. A pruned one's training was ended before its end: its score is of the last
// step that its pruner saw on each fold. It is not compared with those of complete ones.
enum class TrialState { complete, failed, pruned };

struct Trial {
  std::int64_t number = 0;
  Point point;   // internal values, in the space's order
  TrialState state = TrialState::complete;
  std::string reason;                // why it failed
  double score = 0;                  // mean over folds; of one that failed nothing
  std::vector<double> fold_scores;   // [folds], empty for a holdout
  std::int64_t fit = 0;              // number of the fit that served it (0-based, in order of first use)
  std::vector<std::int64_t> rounds =
      {};   // [folds, or 1] of training that the scores are of; empty where there are none
  // When its fit ran, over all folds. Written into the journal, not read again.
  std::chrono::system_clock::time_point started = {}, ended = {};
  // Intermediate scores by step, ascending; means over folds. Optuna's intermediate_values: for its plots, not read again.
  std::vector<std::pair<std::int64_t, double>> steps = {};
};

}   // namespace warptune
