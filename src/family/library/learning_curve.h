// Every number of rounds and every patience, read off one training.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "plan/plan.h"
#include "search/pruner.h"

namespace warptune {

// The scores of a training, round by round, and when it may end. Early stopping as XGBoost's and LightGBM's: a training
// ends when its best score (strictly better than all before) is `patience` rounds old; the best score counts, and its
// round. Without patience the last round counts. A pruner may end a query earlier: then what it would have been, had it been
// no longer, is its answer.
class LearningCurve {
 public:
  // queries: their variant is the index of a patience, their length a number of rounds; borrowed.
  LearningCurve(std::span<const Query> queries, std::span<const std::uint32_t> patiences, bool maximise,
                const FitPruner& pruner);

  // All queries can be answered.
  [[nodiscard]] bool done() const;
  // The next round's score counts; otherwise it need not be made, skip() is enough.
  [[nodiscard]] bool wanted() const;
  void add(double score);   // of the next round
  void skip();

  struct Answer {
    double score = 0;
    std::uint32_t rounds = 0;   // that the score is of
    bool pruned = false;
  };
  // Of each query, once done().
  [[nodiscard]] std::vector<Answer> answers() const;

 private:
  [[nodiscard]] Answer answer(const Query& query) const;
  // How many rounds a query has at most.
  [[nodiscard]] std::uint32_t end_of(const Query& query) const { return std::min(query.length, ends_[query.variant]); }
  [[nodiscard]] bool asks_after(std::size_t query, std::size_t round) const;
  void ask();

  std::vector<Query> queries_;                      // one that is pruned is no longer than that
  std::vector<std::vector<std::uint32_t>> asked_;   // [queries] rounds after which the pruner is asked; empty: never
  std::vector<bool> pruned_;                        // [queries]
  FitPruner pruner_;
  std::span<const std::uint32_t> patiences_;
  bool maximise_;
  std::vector<double> scores_;
  std::vector<std::uint32_t> best_;   // [scores] index of the best score so far
  std::vector<std::uint32_t> ends_;   // [patiences] rounds after which each ends the training; unlimited: not yet
};

}   // namespace warptune
