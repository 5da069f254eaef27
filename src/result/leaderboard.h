// Which trial is best, and the tables that say so on standard output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "warptune/trial.h"

namespace warptune {

// Indices into the trials: complete ones, best first, ties by trial number; then the pruned ones in the same way, which are
// not ranked among them, for their scores are of less training; then the failed ones by number.
struct Ranking {
  std::vector<std::size_t> order;
  std::size_t ranked = 0;   // order[0 .. ranked) are complete
};
[[nodiscard]] Ranking rank(std::span<const Trial> trials, bool maximise);

// An aligned table of the best `top` settings: rank and number of the best trial of each, how many times it was tried
// where that is more than once, the metric, with folds their standard deviation, the parameters that vary (fixed ones are
// equal in every row), the fit, the rounds that the score is of (with folds from the least to the most). Empty if no
// trial has a score.
[[nodiscard]] std::string leaderboard(const Space& space, const std::string& metric, std::span<const Trial> trials,
                                      const Ranking& ranking, std::size_t top);

struct Totals {
  std::int64_t trials = 0;
  std::int64_t failed = 0, pruned = 0;
  std::int64_t fits = 0;   // trainings; one per fold
};
// Fits are those that served one of the trials, each once per fold.
[[nodiscard]] Totals count(std::span<const Trial> trials);

// "100 trials (2 failed, 30 pruned), 38 fits, 0.12 s, 833 trials/s". seconds: of this run, below 0 if there was none;
// new_trials: those of `totals.trials` that ended in it.
[[nodiscard]] std::string summary(const Totals& totals, double seconds, std::int64_t new_trials);

// For each of the first few reasons why trials failed: "trial 3 (and 2 more) failed: REASON", on one line.
[[nodiscard]] std::vector<std::string> failure_notes(std::span<const Trial> trials);

// A whole number of any size with a thousands separator: 1,234,567.
[[nodiscard]] std::string grouped(std::int64_t number);

}   // namespace warptune
