#include "family/forest/forest_executor.h"

#include <algorithm>
#include <utility>

namespace warptune {

ForestExecutor::ForestExecutor(const FitContext& context) : context_(context) {
  for (int fold = 0; fold < context.split->count(); ++fold)
    class_rows_.push_back(validation_class_rows(*context.dataset, *context.split, fold));
}

double ForestExecutor::score(const FitTask& task, std::span<const std::uint64_t> sums, std::size_t query) const {
  const std::size_t per_query = context_.metric->sums(context_.dataset->target.classes.size());
  return context_.metric->from_sums(sums.subspan(query * per_query, per_query),
                                    class_rows_[static_cast<std::size_t>(task.fold)]);
}

void ForestExecutor::run(std::span<const FitTask> tasks, const std::stop_token& stop, const OnTaskResult& on_result) {
  progress_.assign(context_.pruner == nullptr ? 0 : tasks.size(), {});
  for (std::size_t i = 0; i < progress_.size(); ++i)
    for (const std::uint32_t q : tasks[i].queries()) {
      progress_[i].counts_now.push_back(static_cast<std::uint32_t>(progress_[i].counts_now.size()));
      progress_[i].trees.push_back(tasks[i].planned->queries[q].length);
    }
  sums(tasks, stop, [&](std::size_t number, std::span<const std::uint64_t> task_sums) {
    const FitTask& task = tasks[number];
    TaskResult result{task, {}, {}};
    const auto queries = static_cast<std::uint32_t>(task.queries().size());
    for (std::uint32_t q = 0; q < queries; ++q) {
      if (progress_.empty()) {
        result.scores.push_back(score(task, task_sums, q));
        continue;
      }
      const Progress& progress = progress_[number];
      result.scores.push_back(score(task, task_sums, progress.counts_now[q]));
      result.rounds.push_back(progress.trees[q]);
      result.pruned.push_back(progress.counts_now[q] != q);
    }
    on_result(std::move(result));
  });
}

void ForestExecutor::ask_pruner(std::span<const FitTask> tasks, Waves& waves, const std::uint64_t* sums) {
  for (std::size_t i = 0; i < progress_.size(); ++i) {
    const std::uint32_t grown = waves.grown(i);
    if (grown == progress_[i].asked_after) continue;
    if (!ask(tasks[i], waves.fits()[i], progress_[i], grown, sums + waves.sums_offset(i))) waves.end(i);
  }
}

std::span<const std::uint64_t> ForestExecutor::given_votes(const FitTask& task, const std::stop_token& stop,
                                                           const std::stop_token& give_way) {
  std::stop_source either;
  const auto ask = [&either] { either.request_stop(); };
  const std::stop_callback asked(stop, ask), asked_to_give_way(give_way, ask);
  const auto given = task.before->wait(task.first_variant, task.last_variant, either.get_token());
  if (given.empty() && !stop.stop_requested()) throw BatchWaits{};
  return given;
}

// Returns whether any trial is to have more trees. sums: the fit's.
bool ForestExecutor::ask(const FitTask& task, const PreparedFit& fit, Progress& progress, std::uint32_t grown,
                         const std::uint64_t* sums) const {
  const FitPruner pruner{*context_.pruner, task.planned->number, task.fold};
  const auto own = static_cast<std::ptrdiff_t>(progress.trees.size());   // sorted, the prefixes behind them too
  const auto place_of = [&](const Query& prefix) {
    const auto in_own = std::lower_bound(fit.asked.begin(), fit.asked.begin() + own, prefix);
    const bool found = in_own != fit.asked.begin() + own && *in_own == prefix;
    const auto at = found ? in_own : std::lower_bound(fit.asked.begin() + own, fit.asked.end(), prefix);
    return static_cast<std::uint32_t>(at - fit.asked.begin());
  };
  bool more = false;
  for (std::uint32_t q = 0; q < progress.trees.size(); ++q) {
    if (progress.counts_now[q] != q) continue;   // pruned
    for (const std::uint32_t step : pruner.pruner.steps(fit.asked[q].length)) {
      if (step <= progress.asked_after || step > grown) continue;
      const std::uint32_t place = place_of({fit.asked[q].variant, step});
      if (pruner.goes_on(fit.asked[q].variant, step, score(task, {sums, fit.sums_count()}, place))) continue;
      progress.counts_now[q] = place;
      progress.trees[q] = step;
      break;
    }
    more |= progress.counts_now[q] == q && fit.asked[q].length > grown;
  }
  progress.asked_after = grown;
  return more;
}

}   // namespace warptune
