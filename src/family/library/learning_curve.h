// Every number of rounds and every patience, read off one training.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "plan/plan.h"

namespace warptune {

// The scores of a training, round by round, and when it may end. Early stopping as XGBoost's and LightGBM's: a training
// ends when its best score (strictly better than all before) is `patience` rounds old; the best score counts, and its
// round. Without patience the last round counts.
class LearningCurve {
 public:
  // queries: their variant is the index of a patience, their length a number of rounds; borrowed.
  LearningCurve(std::span<const Query> queries, std::span<const std::uint32_t> patiences, bool maximise);

  // All queries can be answered.
  [[nodiscard]] bool done() const;
  // The next round's score counts; otherwise it need not be made, skip() is enough.
  [[nodiscard]] bool wanted() const;
  void add(double score);   // of the next round
  void skip();

  struct Answer {
    double score = 0;
    std::uint32_t rounds = 0;   // that the score is of
  };
  // Of each query, once done().
  [[nodiscard]] std::vector<Answer> answers() const;

 private:
  [[nodiscard]] Answer answer(const Query& query) const;

  std::span<const Query> queries_;
  std::span<const std::uint32_t> patiences_;
  bool maximise_;
  std::vector<double> scores_;
  std::vector<std::uint32_t> best_;   // [scores] index of the best score so far
  std::vector<std::uint32_t> ends_;   // [patiences] rounds after which each ends the training; unlimited: not yet
};

}   // namespace warptune
