// What executors of forests have in common: their kernels sum a metric over rows as integers, which make the scores.
#pragma once

#include <vector>

#include "run/executor.h"
#include "run/prepared_fit.h"

namespace warptune {

// What came of one batch: for each task the sums of each of its queries, [queries * sums_per_query].
struct BatchSums {
  std::vector<std::vector<std::uint64_t>> sums;
};

class ForestExecutor : public Executor {
 public:
  explicit ForestExecutor(const FitContext& context);
  [[nodiscard]] std::vector<TaskResult> run(std::span<const FitTask> tasks, const std::atomic<bool>& stop) final;
  // Incomplete when `stop` became true.
  [[nodiscard]] virtual BatchSums sums(std::span<const FitTask> tasks, const std::atomic<bool>& stop) = 0;

 protected:
  FitContext context_;

 private:
  std::vector<std::vector<std::uint64_t>> class_rows_;   // [folds][classes] validation rows
};

}   // namespace warptune
