#include "family/forest/batches.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "family/forest/prepared_fit.h"

namespace warptune {

namespace {

// Of those beyond one for each row, which are part of a row's work.
constexpr double work_per_draw = 8;

// The tasks of a fit on a fold: one, or as many as its structures must be cut into.
std::vector<FitTask> tasks_of(const FitContext& context, const PlannedFit& fit, int fold, std::uint64_t memory) {
  const std::uint32_t structures = fit.variant_count();
  std::uint32_t part = structures;   // structures per task
  while (part > 1 && sized_fit(context, {&fit, fold, 0, part}).least_bytes() > memory) part = (part + 1) / 2;
  std::vector<FitTask> tasks;
  for (std::uint32_t first = 0; first < structures; first += part)
    tasks.push_back({&fit, fold, first, std::min(structures, first + part)});
  return tasks;
}

}   // namespace

double fit_work(const FitContext& context, const FitTask& task) {
  const ForestFit& fit = forest_fit(task);
  const auto rows = static_cast<double>(context.split->train_rows(task.fold));
  std::uint32_t depth = 0, trees = 0;
  for (std::uint32_t s = task.first_variant; s < task.last_variant; ++s)
    depth = std::max(depth, fit.variants[s].max_depth);
  for (std::uint32_t q = task.first_query(); q < task.last_query(); ++q) trees = std::max(trees, fit.queries[q].length);
  const double levels = std::min<double>(depth, 2 + std::log2(rows + 2));
  const auto valid = static_cast<double>(context.split->validation_rows(task.fold));
  const TreeSettings& tree = fit.settings;
  const double draws = tree.bootstrap ? bootstrap_draws(tree.max_samples, context.split->train_rows(task.fold)) : 0;
  return trees * (rows * levels * (2.0 + tree.max_features) + work_per_draw * std::max(0.0, draws - rows) +
                  valid * (task.last_variant - task.first_variant));
}

std::vector<Batch> make_batches(const FitContext& context, const Plan& plan, std::size_t executors, double work,
                                std::uint64_t memory) {
  double total = 0;
  for (const auto& fit : plan.fits)
    for (int fold = 0; fold < context.split->count(); ++fold)
      total += fit_work(context, {fit.get(), fold, 0, fit->variant_count()});
  work = std::min(work, total / static_cast<double>(executors) * (1 + 1e-9));   // something for each; sums round
  std::vector<Batch> batches;
  Batch batch;
  double batch_work = 0;
  std::uint64_t batch_bytes = 0;
  const auto close = [&] {
    if (!batch.tasks.empty()) batches.push_back(std::move(batch));
    batch = {};
    batch_work = 0;
    batch_bytes = 0;
  };
  for (const auto& fit : plan.fits) {
    if (fit->queries.empty()) continue;
    for (int fold = 0; fold < context.split->count(); ++fold)
      for (const FitTask& task : tasks_of(context, *fit, fold, memory)) {
        const double task_work = fit_work(context, task);
        const std::uint64_t bytes = sized_fit(context, task).least_bytes();
        if (batch_bytes + bytes > memory || batch_work + task_work > work) close();
        batch.tasks.push_back(task);
        batch_work += task_work;
        batch_bytes += bytes;
      }
  }
  close();
  return batches;
}

}   // namespace warptune
