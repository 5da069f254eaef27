// Pruners end the training of trials that are not worth finishing.
#pragma once

#include <cstdint>
#include <vector>

#include "search/sampler.h"

namespace warptune {

// How far a training has come for one of those that it serves. step: trees or rounds, or what a command counts. score: of
// the validation rows, that the trials would have if they ended here.
struct TrialStep {
  std::uint32_t fit = 0, variant = 0;   // which fit of the study, see plan/plan.h
  int fold = 0;
  std::int64_t step = 0;
  double score = 0;
};

class Pruner {
 public:
  Pruner() = default;
  virtual ~Pruner() = default;
  Pruner(const Pruner&) = delete;
  Pruner& operator=(const Pruner&) = delete;

  // Whether it may end anything: otherwise nobody need ask it.
  [[nodiscard]] virtual bool prunes() const = 0;
  // After how many trees or rounds it wants to be asked about trials of that length: ascending, from 1 to below the length.
  // A command's steps are its own: it is asked after each.
  [[nodiscard]] virtual std::vector<std::uint32_t> steps(std::uint32_t length) const = 0;
  // Before each generation: all whole ones before. While a generation is trained its answers do not change.
  virtual void see(const History& history) = 0;
  // From several threads at once. A function of its argument, the study and of what see() showed: so a trial is pruned after
  // the same step by any number of threads, on any device and however often the study was interrupted.
  [[nodiscard]] virtual bool goes_on(const TrialStep& step) const = 0;
};

// A pruner as one fit on one fold asks it.
struct FitPruner {
  const Pruner& pruner;
  std::uint32_t fit = 0;
  int fold = 0;
  [[nodiscard]] bool goes_on(std::uint32_t variant, std::int64_t step, double score) const {
    return pruner.goes_on({fit, variant, fold, step, score});
  }
};

// All trials are trained to their end.
class NeverPruner final : public Pruner {
 public:
  [[nodiscard]] bool prunes() const override { return false; }
  [[nodiscard]] std::vector<std::uint32_t> steps(std::uint32_t) const override { return {}; }
  void see(const History&) override {}
  [[nodiscard]] bool goes_on(const TrialStep&) const override { return true; }
};

}   // namespace warptune
