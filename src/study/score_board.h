// Collects the scores of fits' queries until trials are whole, and gives the trials back in the order of their numbers,
// which is the order of the journal.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "result/trial.h"
#include "run/scheduler.h"

namespace warptune {

class ScoreBoard {
 public:
  // first: the trials before it are known already. Borrows plan and points.
  ScoreBoard(const Plan& plan, std::span<const Point> points, int folds, std::size_t first);

  void add(const TaskResult& result);
  // Appends the trials that became whole and follow each other without a gap.
  void take_ready(std::vector<Trial>& trials);

 private:
  struct FitScores {
    std::vector<double> scores;          // [folds][queries]
    std::vector<std::uint32_t> rounds;   // the same, or empty
    std::vector<int> missing;            // [queries] folds that are not scored yet
    std::string failure;
    std::chrono::system_clock::time_point started = std::chrono::system_clock::time_point::max(), ended = {};
    std::vector<std::map<std::int64_t, double>> steps;   // [folds] intermediate scores; empty where none reports any
  };

  const Plan& plan_;
  std::span<const Point> points_;
  int folds_;
  std::size_t next_;
  std::vector<FitScores> fits_;
};

}   // namespace warptune
