// Collects the scores of fits' queries until trials are whole, and gives each trial back once, when it is.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "run/scheduler.h"
#include "warptune/trial.h"

namespace warptune {

class ScoreBoard {
 public:
  // first: number of the first trial. known: trials that are not given back. Borrows plan and points.
  ScoreBoard(const Plan& plan, const Points& points, std::size_t first, int folds, const KnownTrials& known);

  // Appends to `trials` those that the result made whole, by number.
  void add(const TaskResult& result, std::vector<Trial>& trials);

 private:
  struct FitScores {
    std::vector<double> scores;          // [folds][queries]
    std::vector<std::uint32_t> rounds;   // the same, or empty
    std::vector<int> missing;            // [queries] folds that are not scored yet
    std::vector<std::uint8_t> pruned;    // [queries] 1: on a fold; empty: none is
    std::string failure;
    std::chrono::system_clock::time_point started = std::chrono::system_clock::time_point::max(), ended = {};
    std::vector<std::map<std::int64_t, double>> steps;   // [folds] intermediate scores; empty where none reports any
    std::uint32_t first_place = 0;                       // of its first query, in trials_begin_
  };

  void complete(std::uint32_t trial, const FitScores& fit, Trial& made) const;

  const Plan& plan_;
  const Points& points_;
  std::size_t first_;
  int folds_;
  std::vector<FitScores> fits_;
  std::vector<std::uint32_t> trials_begin_;   // [queries of all fits + 1] where each one's trials begin
  std::vector<std::uint32_t> trials_;         // numbers, by fit and query
};

}   // namespace warptune
