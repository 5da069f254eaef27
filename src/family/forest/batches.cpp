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

// All tasks of a plan; each as large as `memory` allows.
std::vector<FitTask> all_tasks(const FitContext& context, const Plan& plan, std::uint64_t memory) {
  std::vector<FitTask> tasks;
  for (const auto& fit : plan.fits) {
    if (fit->queries.empty()) continue;
    for (int fold = 0; fold < context.split->count(); ++fold)
      for (FitTask& task : tasks_of(context, *fit, fold, memory)) tasks.push_back(std::move(task));
  }
  return tasks;
}

std::uint32_t longest_of(const FitTask& task) {
  std::uint32_t longest = 0;
  for (const std::uint32_t q : task.queries()) longest = std::max(longest, task.planned->queries[q].length);
  return longest;
}

// Ranges of a task's trees that go on from each other.
std::vector<FitTask> cut(const FitContext& context, const FitTask& task, std::uint32_t ranges) {
  const std::uint32_t trees = longest_of(task);
  ranges = std::min(ranges, trees);
  const std::uint64_t numbers = sized_fit(context, task).numbers_per_structure();
  std::vector<FitTask> cut;
  for (std::uint32_t r = 0; r < ranges; ++r) {
    const auto end = [&](std::uint32_t range) {
      return static_cast<std::uint32_t>(std::uint64_t{trees} * range / ranges);
    };
    FitTask part = task;
    part.after = end(r);
    if (r > 0) part.before = cut.back().then;
    if (r + 1 < ranges) {
      part.up_to = end(r + 1);
      part.then = std::make_shared<Relay>(task.first_variant, task.last_variant, numbers);
    }
    cut.push_back(std::move(part));
  }
  return cut;
}

// Where ranges of tasks are dealt out over devices: into how many a task is cut, by its share of the work.
class Cutting {
 public:
  Cutting(const FitContext& context, const std::vector<FitTask>& tasks, double all_work, const BatchLimits& limits) {
    std::uint32_t ranges = ranges_of_tasks(tasks.size(), limits.devices);
    std::uint64_t handed = 0;   // for each further range of all tasks
    if (ranges > 1 && context.pruner == nullptr)
      for (const FitTask& task : tasks) {
        const PreparedFit fit = sized_fit(context, task);
        handed += 8 * fit.fit.structures * fit.numbers_per_structure();
      }
    while (ranges > 1 && (ranges - 1) * handed > limits.handed_memory) --ranges;
    if (context.pruner == nullptr && ranges > 1) work_ = all_work / (static_cast<double>(tasks.size()) * ranges);
  }

  [[nodiscard]] std::uint32_t ranges(double task_work) const {
    return work_ > 0 ? std::max(1u, static_cast<std::uint32_t>(task_work / work_ + 0.5)) : 1;
  }

 private:
  double work_ = 0;   // of a range; 0: nothing is cut
};

}   // namespace

std::uint32_t ranges_of_tasks(std::size_t tasks, std::size_t devices) {
  constexpr double as_good = 1.1;
  if (tasks == 0 || tasks >= 4 * devices) return 1;
  const auto most = [&](std::size_t ranges) {   // of a device, in tasks
    return static_cast<double>((tasks * ranges + devices - 1) / devices) / static_cast<double>(ranges);
  };
  double best = most(1);
  for (std::size_t ranges = 2; ranges <= devices; ++ranges) best = std::min(best, most(ranges));
  std::uint32_t ranges = 1;
  while (most(ranges) > as_good * best) ++ranges;
  return ranges;
}

std::vector<Batch> make_batches(const FitContext& context, const Plan& plan, const BatchLimits& limits) {
  const double all_work = plan_work(context, plan);
  const double most_work =
      std::min(limits.work, all_work / static_cast<double>(limits.executors) * (1 + 1e-9));   // sums round
  const std::vector<FitTask> tasks = all_tasks(context, plan, limits.memory);
  const Cutting cutting(context, tasks, all_work, limits);
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
  for (const FitTask& task : tasks) {
    const double task_work = fit_work(context, task);
    if (const std::uint32_t ranges = cutting.ranges(task_work); ranges > 1) {
      close();
      for (FitTask& range : cut(context, task, ranges)) batches.push_back({{std::move(range)}});
      continue;
    }
    const std::uint64_t bytes = sized_fit(context, task).least_bytes();
    if (batch_bytes + bytes > limits.memory || batch_work + task_work > most_work) close();
    batch.tasks.push_back(task);
    batch_work += task_work;
    batch_bytes += bytes;
  }
  close();
  return batches;
}

}   // namespace warptune
