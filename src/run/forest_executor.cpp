#include "run/forest_executor.h"

#include <algorithm>

namespace warptune {

ForestExecutor::ForestExecutor(const FitContext& context) : context_(context) {
  for (int fold = 0; fold < context.folds->count(); ++fold) {
    class_rows_.emplace_back(context.dataset->classes.size());
    for (std::uint32_t i = context.folds->begin[fold]; i < context.folds->begin[fold + 1]; ++i)
      ++class_rows_.back()[context.dataset->labels[context.folds->order[i]]];
  }
}

std::vector<TaskResult> ForestExecutor::run(std::span<const FitTask> tasks, const std::atomic<bool>& stop) {
  const BatchSums batch = sums(tasks, stop);
  std::vector<TaskResult> results;
  for (std::size_t i = 0; i < batch.sums.size(); ++i) {
    const FitTask& task = tasks[i];
    const std::uint32_t queries = task.last_query() - task.first_query();
    const std::size_t per_query = batch.sums[i].size() / std::max<std::size_t>(1, queries);
    TaskResult& result = results.emplace_back(TaskResult{task, {}, {}});
    for (std::uint32_t q = 0; q < queries; ++q)
      result.scores.push_back(score_of(context_.metric, batch.sums[i].data() + q * per_query,
                                       class_rows_[static_cast<std::size_t>(task.fold)]));
  }
  return results;
}

}   // namespace warptune
