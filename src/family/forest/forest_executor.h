// What executors of forests have in common: their kernels sum a metric over rows as integers, which make the scores.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "family/forest/prepared_fit.h"
#include "run/executor.h"
#include "split/class_rows.h"

namespace warptune {

// What came of the task of this index: the sums of each of its queries, [queries * sums_per_query].
using OnSums = std::function<void(std::size_t task, std::span<const std::uint64_t> sums)>;

class ForestExecutor : public Executor {
 public:
  explicit ForestExecutor(const FitContext& context);
  void run(std::span<const FitTask> tasks, const std::atomic<bool>& stop, const OnTaskResult& on_result) final;
  // As run(): in the tasks' order, each as soon as it is whole.
  virtual void sums(std::span<const FitTask> tasks, const std::atomic<bool>& stop, const OnSums& on_sums) = 0;

 protected:
  FitContext context_;

 private:
  std::vector<ClassRows> class_rows_;   // [folds] of validation rows
};

}   // namespace warptune
