#include "family/forest/batches.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
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
  const std::uint32_t trees = longest_of(task);   // at least as many
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

// What the device has that has most to do, where each takes the next range when it is free.
double longest_turn(const std::vector<TaskSize>& tasks, const std::vector<std::uint32_t>& ranges, std::size_t devices) {
  std::priority_queue<double, std::vector<double>, std::greater<>> busy;   // the first one first
  for (std::size_t device = 0; device < devices; ++device) busy.push(0);
  double longest = 0;
  for (std::size_t i = 0; i < tasks.size(); ++i)
    for (std::uint32_t r = 0; r < ranges[i]; ++r) {
      const double end = busy.top() + tasks[i].work / ranges[i];
      busy.pop();
      busy.push(end);
      longest = std::max(longest, end);
    }
  return longest;
}

// Of the host, while ranges run: what is handed on, and for each executor at most thrice the votes of a range.
bool has_room(const std::vector<TaskSize>& tasks, const std::vector<std::uint32_t>& ranges, const BatchLimits& limits) {
  double bytes = 0, most = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (ranges[i] == 1) continue;
    const auto handed = static_cast<double>(tasks[i].handed);
    bytes += (ranges[i] - 1) * handed;
    most = std::max(most, handed);
    count += ranges[i];
  }
  return bytes + 3 * most * static_cast<double>(std::min(count, limits.executors)) <=
         static_cast<double>(limits.handed_memory);
}

std::vector<TaskSize> sizes_of(const FitContext& context, const std::vector<FitTask>& tasks) {
  std::vector<TaskSize> sizes;
  for (const FitTask& task : tasks) {
    const PreparedFit fit = sized_fit(context, task);
    sizes.push_back({fit_work(context, task), longest_of(task), 8 * fit.fit.structures * fit.numbers_per_structure()});
  }
  return sizes;
}

}   // namespace

std::vector<std::uint32_t> ranges_of_tasks(const std::vector<TaskSize>& tasks, const BatchLimits& limits) {
  constexpr double as_good = 1.1;
  std::vector<std::uint32_t> whole(tasks.size(), 1);
  const auto devices = static_cast<double>(limits.devices);
  double all = 0, most = 0;
  for (const TaskSize& task : tasks) {
    all += task.work;
    most = std::max(most, task.work);
  }
  if (most <= all / devices / 4) return whole;   // whoever takes the last one has little to do
  struct Tried {
    std::vector<std::uint32_t> ranges;
    double longest;
  };
  std::vector<Tried> tried{{whole, longest_turn(tasks, whole, limits.devices)}};
  for (const double turns :
       {0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0}) {   // of a device, where all are alike
    std::vector<std::uint32_t> ranges;
    for (const TaskSize& task : tasks)
      ranges.push_back(static_cast<std::uint32_t>(
          std::clamp(std::round(task.work / all * devices * turns), 1.0, static_cast<double>(task.trees))));
    if (!has_room(tasks, ranges, limits)) break;
    const double longest = longest_turn(tasks, ranges, limits.devices);
    tried.push_back({std::move(ranges), longest});
  }
  const auto best = std::min_element(tried.begin(), tried.end(),
                                     [](const Tried& a, const Tried& b) { return a.longest < b.longest; });
  return std::find_if(tried.begin(), tried.end(), [&](const Tried& t) { return t.longest <= as_good * best->longest; })
      ->ranges;
}

std::vector<Batch> make_batches(const FitContext& context, const Plan& plan, const BatchLimits& limits) {
  const double all_work = plan_work(context, plan);
  const double most_work =
      std::min(limits.work, all_work / static_cast<double>(limits.executors) * (1 + 1e-9));   // sums round
  const std::vector<FitTask> tasks = all_tasks(context, plan, limits.memory);
  std::vector<std::uint32_t> ranges(tasks.size(), 1);
  if (limits.devices > 1 && context.pruner == nullptr) ranges = ranges_of_tasks(sizes_of(context, tasks), limits);
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
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const FitTask& task = tasks[i];
    if (ranges[i] > 1) {
      close();
      for (FitTask& range : cut(context, task, ranges[i])) batches.push_back({{std::move(range)}});
      continue;
    }
    const double task_work = fit_work(context, task);
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
