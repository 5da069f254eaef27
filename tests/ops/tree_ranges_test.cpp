// Fits whose trees are cut into ranges, which executors grow beside each other: each query has the score that it has where one
// executor grows them all, whatever fails on the way.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <tuple>

#include "device/cuda_devices.h"
#include "family/forest/batches.h"
#include "family/forest/cpu_executor.h"
#include "family/forest/cuda_executors.h"
#include "tests/ops/random_case.h"
#include "tests/sanitizer.h"

namespace warptune::test {
namespace {

// Another executor, on a device of its own, which fails at random before or after it has done its work: its memory is full, or
// it is lost, if it may be.
class Unreliable final : public Executor {
 public:
  Unreliable(std::unique_ptr<Executor> executor, int device, std::uint64_t seed, bool may_be_lost)
      : executor_(std::move(executor)), device_(device), rng_(seed), may_be_lost_(may_be_lost) {}

  [[nodiscard]] std::string name() const override { return executor_->name(); }
  [[nodiscard]] int device_number() const override { return device_; }
  [[nodiscard]] std::uint64_t memory_bytes() const override { return executor_->memory_bytes(); }
  [[nodiscard]] Counters counters() const override { return executor_->counters(); }
  void run(std::span<const FitTask> tasks, const std::stop_token& stop, const OnTaskResult& on_result) override {
    fail_at_random();
    std::vector<TaskResult> results;
    executor_->run(tasks, stop, [&](TaskResult result) { results.push_back(std::move(result)); });
    fail_at_random();
    for (TaskResult& result : results) on_result(std::move(result));
  }

 private:
  void fail_at_random() {
    const auto chance = rng_() % 16;
    if (chance == 0 && may_be_lost_) throw DeviceLost{"it is lost"};
    if (chance == 1) throw BatchTooLarge{"it is full"};
  }

  std::unique_ptr<Executor> executor_;
  int device_;
  std::mt19937_64 rng_;
  bool may_be_lost_;
};

Plan plan_of(const Case& c) {
  Plan plan;
  for (const ForestFit& fit : c.fits) plan.fits.push_back(std::make_unique<ForestFit>(fit));
  return plan;
}

using Scores = std::map<std::tuple<std::uint32_t, int, std::uint32_t>, double>;   // of fit, fold and query

Scores scores_of(std::vector<Batch> batches, const std::vector<std::unique_ptr<Executor>>& executors) {
  Scores scores;
  const auto counters = run_batches(
      std::move(batches), executors,
      [&](const TaskResult& result) {
        const std::vector<std::uint32_t> queries = result.task.queries();
        ASSERT_EQ(result.scores.size(), queries.size());
        for (std::size_t i = 0; i < queries.size(); ++i) {
          const bool first =
              scores.emplace(std::tuple(result.task.planned->number, result.task.fold, queries[i]), result.scores[i])
                  .second;
          EXPECT_TRUE(first);
        }
      },
      [](const std::string&) {}, std::stop_token{});
  EXPECT_TRUE(counters);
  return scores;
}

std::size_t ranges_of(const std::vector<Batch>& batches) {
  std::size_t ranges = 0;
  for (const Batch& batch : batches) ranges += batch.tasks.front().after > 0;
  return ranges;
}

TEST(TreeRanges, ScoreAsTheWholeFits) {
  std::size_t ranges = 0;
  const std::uint64_t seeds = under_sanitizer ? 12 : 60;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Case c = random_case(seed);
    c.fits.resize(1 + seed % c.fits.size());
    c.context.dataset = &c.dataset;
    c.context.split = &c.split;
    const Plan plan = plan_of(c);
    std::vector<std::unique_ptr<Executor>> one, several;
    one.push_back(std::make_unique<CpuExecutor>(c.context, 1, 1ull << 30));
    constexpr std::uint64_t memory = 1 << 20;
    const Scores expected = scores_of(make_batches(c.context, plan, {1, 1, 1e18, memory, 0}), one);
    const bool on_gpu = seed < 8 && cuda_devices();   // under gpulab, which checks for races, a seed takes seconds
    for (int device = 0; device < 3; ++device) {
      std::unique_ptr<Executor> executor;
      if (on_gpu && device < 2) {
        auto of_gpu = cuda_executors(c.context, 0, 1, seed % 2 ? 1 << 20 : 1 << 28);
        ASSERT_TRUE(of_gpu) << of_gpu.error().message;
        executor = std::move(of_gpu->front());
      } else {
        executor = std::make_unique<CpuExecutor>(c.context, 1, seed % 3 == 0 ? 1ull << 30 : 100000);   // small waves
      }
      several.push_back(std::make_unique<Unreliable>(std::move(executor), device, seed * 3 + device, device > 0));
    }
    const std::vector<Batch> batches =
        make_batches(c.context, plan, {3, 3 + seed % 6, 1e18, seed % 5 == 0 ? 20000 : memory, 1 << 30});
    ranges += ranges_of(batches);
    EXPECT_EQ(scores_of(batches, several), expected);
  }
  EXPECT_GT(ranges, 3 * seeds);
}

}   // namespace
}   // namespace warptune::test
