// What executors of forests have in common: their kernels sum a metric over rows as integers, which make the scores.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "family/forest/prepared_fit.h"
#include "family/forest/waves.h"
#include "run/executor.h"
#include "split/class_rows.h"

namespace warptune {

// What came of the task of this index: the sums of each query that was asked (PreparedFit::asked), [queries *
// sums_per_query]. Of what a pruner has ended those of the prefix that it was asked about count.
using OnSums = std::function<void(std::size_t task, std::span<const std::uint64_t> sums)>;

class ForestExecutor : public Executor {
 public:
  explicit ForestExecutor(const FitContext& context);
  void run(std::span<const FitTask> tasks, const std::stop_token& stop, const OnTaskResult& on_result) final;
  // As run(): in the tasks' order, each as soon as it is whole.
  virtual void sums(std::span<const FitTask> tasks, const std::stop_token& stop, const OnSums& on_sums) = 0;

 protected:
  // After a wave, sums: of all fits as Waves::sums_offset has them. Asks the pruner about what the fits have reached, and
  // ends those that nobody is to go on with.
  void ask_pruner(std::span<const FitTask> tasks, Waves& waves, const std::uint64_t* sums);

  // The votes of the trees before the task's (family/forest/handed_votes.h), once they are given. Empty: it was asked to stop.
  // give_way: as if nobody gave them.
  [[nodiscard]] static std::span<const std::uint64_t> given_votes(const FitTask& task, const std::stop_token& stop,
                                                                  const std::stop_token& give_way = {});

  FitContext context_;

 private:
  // Of a task, while its batch runs.
  struct Progress {
    std::uint32_t asked_after = 0;   // trees
    std::vector<std::uint32_t>
        counts_now;   // [the task's queries] whose sums count, in PreparedFit::asked: at first its own
    std::vector<std::uint32_t> trees;   // [the task's queries] of those
  };
  [[nodiscard]] bool ask(const FitTask& task, const PreparedFit& fit, Progress& progress, std::uint32_t grown,
                         const std::uint64_t* sums) const;
  [[nodiscard]] double score(const FitTask& task, std::span<const std::uint64_t> sums, std::size_t query) const;

  std::vector<Progress> progress_;      // [tasks of the batch]; empty where nothing is pruned
  std::vector<ClassRows> class_rows_;   // [folds] of validation rows
};

}   // namespace warptune
