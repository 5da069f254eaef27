#include "family/forest/batches.h"

#include <algorithm>
#include <utility>

#include "family/forest/prepared_fit.h"
#include "family/forest/work.h"

namespace warptune {

namespace {

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

std::vector<Batch> make_batches(const FitContext& context, const Plan& plan, std::size_t executors, double work,
                                std::uint64_t memory) {
  // Something for each; sums round.
  work = std::min(work, plan_work(context, plan) / static_cast<double>(executors) * (1 + 1e-9));
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
