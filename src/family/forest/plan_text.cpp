#include "family/forest/plan_text.h"

#include <fmt/format.h>
#include <algorithm>

#include "family/forest/prepared_fit.h"
#include "family/forest/work.h"

namespace warptune {

std::string plan_text(const FitContext& context, const Plan& plan, const std::vector<Batch>& batches,
                      const DeviceText& device) {
  const auto folds = static_cast<std::uint64_t>(context.split->count());
  std::uint64_t fits = 0, trees = 0, structures = 0, queries = 0;
  for (const auto& fit : plan.fits) {
    if (fit->queries.empty()) continue;
    fits += folds;
    trees += fit->longest() * folds;
    structures += fit->variant_count();
    queries += fit->queries.size();
  }
  double work = 0;
  std::uint64_t votes = 0, ranges = 0;
  for (const Batch& batch : batches) {
    std::uint64_t bytes = 0;
    for (const FitTask& task : batch.tasks) {
      work += fit_work(context, task);
      ranges += task.before != nullptr || task.then != nullptr;
      bytes += sized_fit(context, task).votes_bytes();
    }
    votes = std::max(votes, bytes);
  }
  const Dataset& dataset = *context.dataset;
  std::string text;
  text += fmt::format("device          {}\n", device.name);
  if (!device.why.empty()) text += fmt::format("  because       {}\n", device.why);
  text += fmt::format("dataset         {} rows x {} features, {} classes, {} bytes\n", dataset.rows,
                      dataset.features.size(), dataset.target.classes.size(),
                      dataset.bins.size() + dataset.fine.size() + dataset.target.labels.size());
  text += fmt::format("folds           {}\n", folds);
  text += fmt::format("trials          {}\n", plan.trials.size());
  text += fmt::format("  shared        {} (scored from another trial's fit)\n",
                      plan.trials.size() - std::min<std::size_t>(plan.trials.size(), fits / folds));
  text += fmt::format("  duplicates    {}\n", plan.trials.size() - queries);
  text += fmt::format("fits            {}\n", fits);
  text += fmt::format("trees           {}\n", trees);
  if (ranges > 0)
    text += fmt::format("  ranges        {} (devices share fits: each grows some of their trees)\n", ranges);
  text += fmt::format("structures      {} (depths and other limits at which trees are cut)\n", structures);
  text += fmt::format("batches         {}\n", batches.size());
  text +=
      fmt::format("memory          {} bytes for batches, votes of the largest take {}\n", device.memory_bytes, votes);
  text += fmt::format("expected work   {:.3g} row visits\n", work);
  return text;
}

}   // namespace warptune
