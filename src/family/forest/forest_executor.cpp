#include "family/forest/forest_executor.h"

#include <algorithm>
#include <utility>

namespace warptune {

ForestExecutor::ForestExecutor(const FitContext& context) : context_(context) {
  for (int fold = 0; fold < context.split->count(); ++fold)
    class_rows_.push_back(validation_class_rows(*context.dataset, *context.split, fold));
}

void ForestExecutor::run(std::span<const FitTask> tasks, const std::atomic<bool>& stop, const OnTaskResult& on_result) {
  sums(tasks, stop, [&](std::size_t number, std::span<const std::uint64_t> task_sums) {
    const FitTask& task = tasks[number];
    const std::uint32_t queries = task.last_query() - task.first_query();
    const std::size_t per_query = task_sums.size() / std::max<std::size_t>(1, queries);
    TaskResult result{task, {}, {}};
    for (std::uint32_t q = 0; q < queries; ++q)
      result.scores.push_back(context_.metric->from_sums(task_sums.subspan(q * per_query, per_query),
                                                         class_rows_[static_cast<std::size_t>(task.fold)]));
    on_result(std::move(result));
  });
}

}   // namespace warptune
