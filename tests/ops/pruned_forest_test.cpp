// Forests of which a pruner ends some: each trial has the score of the prefix that it was asked about last, whoever runs
// them and in whatever waves, and trees that nobody wants are not grown.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <map>
#include <memory>
#include <utility>

#include "base/mix_bits.h"
#include "device/cuda_devices.h"
#include "family/forest/cpu_executor.h"
#include "family/forest/cuda_executors.h"
#include "tests/ops/random_case.h"
#include "tests/ops/team_executor.h"
#include "tests/sanitizer.h"

namespace warptune::test {
namespace {

// Asks after every so many trees, and ends by what looks like chance but is a function of the question.
class Chance final : public Pruner {
 public:
  explicit Chance(std::uint64_t one_of) : one_of_(one_of) {}
  [[nodiscard]] bool prunes() const override { return true; }
  [[nodiscard]] std::vector<std::uint32_t> steps(std::uint32_t length) const override {
    std::vector<std::uint32_t> steps;
    for (std::uint32_t step = 3; step < length; step += 3) steps.push_back(step);
    return steps;
  }
  void see(const History&) override {}
  [[nodiscard]] bool goes_on(const TrialStep& step) const override {
    const std::uint64_t question = mix_bits(std::bit_cast<std::uint64_t>(step.score) + step.variant * 77 +
                                            static_cast<std::uint64_t>(step.step * 1000 + step.fold));
    return mix_bits(question + step.fit) % one_of_ != 0;
  }

 private:
  std::uint64_t one_of_;
};

std::vector<FitTask> tasks_of(const std::vector<ForestFit>& fits, int folds) {
  std::vector<FitTask> tasks;
  for (const ForestFit& fit : fits)
    for (int fold = 0; fold < folds; ++fold) tasks.push_back({&fit, fold, 0, fit.variant_count()});
  return tasks;
}

std::vector<TaskResult> results(Executor& executor, const std::vector<FitTask>& tasks) {
  std::vector<TaskResult> all;
  executor.run(tasks, std::stop_token{}, [&](TaskResult result) { all.push_back(std::move(result)); });
  return all;
}

// Scores of every variant after every number of trees.
std::vector<std::vector<double>> all_scores(const Case& c, const FitTask& task) {
  FitContext context = c.context;
  context.pruner = nullptr;
  ForestFit whole = static_cast<const ForestFit&>(*task.planned);
  whole.queries.clear();
  for (std::uint32_t v = 0; v < whole.variant_count(); ++v)
    for (std::uint32_t length = 1; length <= longest; ++length) whole.queries.push_back({v, length});
  CpuExecutor executor(context, 1, 1ull << 30);
  const TaskResult result = results(executor, {{&whole, task.fold, 0, whole.variant_count()}}).front();
  EXPECT_TRUE(result.pruned.empty());
  std::vector<std::vector<double>> scores(whole.variant_count());
  for (std::size_t i = 0; i < result.scores.size(); ++i) scores[i / longest].push_back(result.scores[i]);
  return scores;
}

void expect_pruned(const Case& c, const TaskResult& result, std::size_t& pruned) {
  const auto scores = all_scores(c, result.task);
  const auto& queries = result.task.planned->queries;
  ASSERT_EQ(result.scores.size(), queries.size());
  for (std::size_t q = 0; q < queries.size(); ++q) {
    std::uint32_t end = queries[q].length;
    for (const std::uint32_t step : c.context.pruner->steps(queries[q].length))
      if (!c.context.pruner->goes_on({result.task.planned->number, queries[q].variant, result.task.fold, step,
                                      scores[queries[q].variant][step - 1]})) {
        end = step;
        break;
      }
    EXPECT_EQ(result.pruned[q] != 0, end < queries[q].length) << q;
    EXPECT_EQ(result.rounds[q], end) << q;
    EXPECT_EQ(result.scores[q], scores[queries[q].variant][end - 1]) << q;
    pruned += result.pruned[q];
  }
}

TEST(PrunedForest, HasTheScoresOfItsFirstTrees) {
  std::size_t pruned = 0;
  const std::uint64_t seeds = under_sanitizer ? 4 : 16;   // four threads that wait for each other take minutes there
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Case c = random_case(seed);
    const Chance pruner(2 + seed % 4);
    c.context.dataset = &c.dataset;
    c.context.split = &c.split;
    c.context.pruner = &pruner;
    const std::vector<FitTask> tasks = tasks_of(c.fits, c.split.count());
    std::vector<std::unique_ptr<Executor>> executors;
    executors.push_back(std::make_unique<CpuExecutor>(c.context, 1, 1ull << 30));
    executors.push_back(std::make_unique<CpuExecutor>(c.context, 3, 100000));   // small waves
    executors.push_back(
        std::make_unique<TeamExecutor>(c.context, kernels::team::Growers{4, 20000}, seed % 2 ? 1u << 30 : 20000));
    if (seed < 3 && cuda_devices()) {   // under gpulab, which checks for races, a seed takes seconds
      auto of_gpu = cuda_executors(c.context, 0, 1, 1ull << 28);
      ASSERT_TRUE(of_gpu);
      executors.push_back(std::move(of_gpu->front()));
    }
    for (const auto& executor : executors) {
      SCOPED_TRACE(executor->name());
      const std::vector<TaskResult> all = results(*executor, tasks);
      ASSERT_EQ(all.size(), tasks.size());
      for (const TaskResult& result : all) expect_pruned(c, result, pruned);
    }
  }
  EXPECT_GT(pruned, 30 * seeds);
}

TEST(PrunedForest, GrowsNoTreesThatNobodyWants) {
  Case c = random_case(3);
  const Chance pruner(1);   // ends everything when it is first asked
  c.context.dataset = &c.dataset;
  c.context.split = &c.split;
  c.context.pruner = &pruner;
  for (ForestFit& fit : c.fits) fit.queries = {{0, 2}, {0, 1000}};
  CpuExecutor executor(c.context, 2, 1ull << 30);
  const std::vector<FitTask> tasks = tasks_of(c.fits, c.split.count());
  for (const TaskResult& result : results(executor, tasks)) {
    EXPECT_EQ(result.rounds, (std::vector<std::uint32_t>{2, 3}));
    EXPECT_EQ(result.pruned, (std::vector<std::uint8_t>{0, 1}));
  }
  EXPECT_EQ(executor.counters().trees, 3 * tasks.size());
}

}   // namespace
}   // namespace warptune::test
