// The scheduler over executors that fail on purpose: no task is lost or scored twice, and what can't be run is an error.
#include "run/scheduler.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

#include "family/forest/batches.h"
#include "family/forest/prepared_fit.h"
#include "split/kinds.h"

namespace warptune {
namespace {

// 20 rows of two classes, the first eight of which validate; fits whose structures each have one query.
struct Example {
  Dataset dataset;
  Split split;
  Plan plan;
  FitContext context;

  Example(std::size_t fit_count, std::uint32_t structures) {
    dataset.rows = 20;
    dataset.target.classes = {"a", "b"};
    dataset.features.resize(2);
    dataset.bins.assign(40, 0);
    for (std::uint32_t row = 0; row < 20; ++row) {
      split.order.push_back(row);
      dataset.target.labels.push_back(row % 2);
    }
    split.folds = folds_of_parts({0, 8}, split.order.size());
    for (std::size_t i = 0; i < fit_count; ++i) {
      auto fit = std::make_unique<ForestFit>();
      fit->settings.max_features = 1;
      fit->variants.resize(structures);
      for (std::uint32_t s = 0; s < structures; ++s) fit->queries.push_back({s, 3});
      plan.fits.push_back(std::move(fit));
    }
    context = {&dataset, &split, &metric_of("accuracy"), 1};
  }
};

// Scores every query 1/2 after `meet`, which may throw.
class ScriptedExecutor : public Executor {
 public:
  using Meet = std::function<void(ScriptedExecutor&, std::span<const FitTask>)>;
  explicit ScriptedExecutor(Meet meet) : meet_(std::move(meet)) {}

  std::string name() const override { return "scripted"; }
  std::uint64_t memory_bytes() const override { return memory; }
  Counters counters() const override { return {}; }
  void run(std::span<const FitTask> tasks, const std::stop_token&, const OnTaskResult& on_result) override {
    ++runs;
    const auto give = [&](std::span<const FitTask> some) {
      for (const FitTask& task : some)
        on_result({task, std::vector<double>(task.last_query() - task.first_query(), 0.5), {}});
    };
    const std::size_t early = std::min(given_before, tasks.size());
    give(tasks.first(early));
    meet_(*this, tasks);
    give(tasks.subspan(early));
  }

  std::size_t given_before = 0;   // results before `meet`

  std::uint64_t memory = 1 << 30;
  int runs = 0;

 private:
  Meet meet_;
};

std::size_t structures_of(std::span<const FitTask> tasks) {
  std::size_t count = 0;
  for (const FitTask& task : tasks) count += task.last_variant - task.first_variant;
  return count;
}

[[noreturn]] void full(ScriptedExecutor& executor) {
  executor.memory /= 2;
  throw BatchTooLarge{"gpu: full"};
}

void at_most(std::size_t structures, ScriptedExecutor& executor, std::span<const FitTask> tasks) {
  if (structures_of(tasks) > structures) full(executor);
}

struct Outcome {
  Result<SchedulerCounters> counters = SchedulerCounters{};
  std::multiset<std::pair<const PlannedFit*, std::uint32_t>> scored;   // fit, structure
  std::vector<std::string> notes;
};

Outcome run_one_batch(const Example& example, const std::vector<std::unique_ptr<Executor>>& executors) {
  Outcome outcome;
  Batch batch;
  for (const auto& fit : example.plan.fits) batch.tasks.push_back({fit.get(), 0, 0, fit->variant_count()});
  const std::stop_token stop;
  outcome.counters = run_batches(
      {batch}, executors,
      [&](const TaskResult& result) {
        EXPECT_TRUE(result.failure.empty());
        for (std::uint32_t s = result.task.first_variant; s < result.task.last_variant; ++s)
          outcome.scored.emplace(result.task.planned, s);
        for (const double score : result.scores) EXPECT_EQ(score, 0.5);
      },
      [&](const std::string& note) { outcome.notes.push_back(note); }, stop);
  return outcome;
}

void expect_all_once(const Example& example, const Outcome& outcome) {
  std::size_t structures = 0;
  for (const auto& fit : example.plan.fits)
    for (std::uint32_t s = 0; s < fit->variant_count(); ++s, ++structures)
      EXPECT_EQ(outcome.scored.count({fit.get(), s}), 1U);
  EXPECT_EQ(outcome.scored.size(), structures);
}

std::vector<std::unique_ptr<Executor>> executors_of(const std::vector<ScriptedExecutor::Meet>& meets) {
  std::vector<std::unique_ptr<Executor>> executors;
  for (const auto& meet : meets) executors.push_back(std::make_unique<ScriptedExecutor>(meet));
  return executors;
}

const ScriptedExecutor::Meet works = [](ScriptedExecutor&, std::span<const FitTask>) {};

TEST(Scheduler, HalvesABatchUntilItFits) {
  const Example example(5, 6);
  const auto executors = executors_of({[](auto& executor, auto tasks) { at_most(4, executor, tasks); }});
  const Outcome outcome = run_one_batch(example, executors);
  ASSERT_TRUE(outcome.counters);
  expect_all_once(example, outcome);
  EXPECT_EQ(outcome.counters->batches_split, 9);   // 5 fits apart: 4; each fit's 6 structures: 3 and 3
  EXPECT_EQ(outcome.counters->batches, 10);
}

// What a batch gave before it failed is scored, and not trained again: neither by the same executor nor by another one.
TEST(Scheduler, KeepsWhatEndedBeforeTheRestFailed) {
  const Example example(5, 6);
  const auto with_two_given = [](ScriptedExecutor::Meet meet) {
    auto executor = std::make_unique<ScriptedExecutor>(std::move(meet));
    executor->given_before = 2;
    return executor;
  };
  const ScriptedExecutor::Meet lost = [](auto&, auto) { throw DeviceLost{"gpu 0: lost"}; };
  const ScriptedExecutor::Meet once_full = [](auto& executor, auto) {
    if (executor.runs == 1) full(executor);
  };
  {
    std::vector<std::unique_ptr<Executor>> executors;
    executors.push_back(with_two_given(once_full));
    const Outcome outcome = run_one_batch(example, executors);
    ASSERT_TRUE(outcome.counters);
    expect_all_once(example, outcome);
    EXPECT_EQ(outcome.counters->batches, 2);   // of the three that were left: one and two
  }
  {
    std::vector<std::unique_ptr<Executor>> executors;
    executors.push_back(with_two_given(lost));
    const Outcome outcome = run_one_batch(example, executors);
    EXPECT_FALSE(outcome.counters);
    EXPECT_EQ(outcome.scored.size(), 12u);
  }
  {
    const Example two(2, 6);   // all of them had ended
    for (const auto& meet : {lost, once_full}) {
      std::vector<std::unique_ptr<Executor>> executors;
      executors.push_back(with_two_given(meet));
      const Outcome outcome = run_one_batch(two, executors);
      expect_all_once(two, outcome);
    }
  }
}

TEST(Scheduler, TriesABatchThatCanNotBeHalvedWithLessMemory) {
  const Example example(1, 1);
  const auto executors = executors_of({[](auto& executor, auto) {
    if (executor.memory > 1 << 20) full(executor);
  }});
  const Outcome outcome = run_one_batch(example, executors);
  ASSERT_TRUE(outcome.counters);
  expect_all_once(example, outcome);
  EXPECT_EQ(outcome.counters->batches_split, 0);
}

TEST(Scheduler, EndsWithAnErrorWhereOneTreeDoesNotFit) {
  const Example example(3, 2);
  const auto executors = executors_of({[](auto& executor, auto) { full(executor); }});
  const Outcome outcome = run_one_batch(example, executors);
  ASSERT_FALSE(outcome.counters);
  EXPECT_EQ(outcome.counters.error().kind, ErrorKind::device);
  EXPECT_EQ(outcome.counters.error().message, "gpu: full; the smallest batch does not fit");
  EXPECT_TRUE(outcome.scored.empty());
}

TEST(Scheduler, EndsWithoutAWordOfDevicesWhereTheHostsMemoryIsFull) {
  const Example example(3, 2);
  const ScriptedExecutor::Meet host_is_full = [](ScriptedExecutor& executor, auto) {
    executor.memory /= 2;
    throw BatchTooLarge{"the host's memory is full", true};
  };
  const auto executors = executors_of({host_is_full, host_is_full});
  const Outcome outcome = run_one_batch(example, executors);
  ASSERT_FALSE(outcome.counters);
  EXPECT_EQ(outcome.counters.error().kind, ErrorKind::no_score);
  EXPECT_EQ(outcome.counters.error().message, "the host's memory is full; the smallest batch does not fit");
  EXPECT_EQ(outcome.counters.error().hint.find("device"), std::string::npos);
}

TEST(Scheduler, GivesALostDevicesBatchToTheOthersAndSaysSoOnce) {
  const Example example(4, 1);
  const ScriptedExecutor::Meet lost = [](auto&, auto) { throw DeviceLost{"gpu 0: lost"}; };
  for (const auto& meets : {std::vector{lost, lost, works}, std::vector{works, lost, lost}}) {
    const auto executors = executors_of(meets);
    const Outcome outcome = run_one_batch(example, executors);
    ASSERT_TRUE(outcome.counters);
    expect_all_once(example, outcome);
    EXPECT_LE(outcome.notes.size(), 1U);   // none if the good executor was the first to ask
    for (const std::string& note : outcome.notes) EXPECT_EQ(note, "gpu 0: lost; its work goes to the others");
  }
}

TEST(Scheduler, EndsWithEveryDevicesErrorWhenAllAreLost) {
  const Example example(4, 1);
  const auto executors = executors_of({[](auto&, auto) { throw DeviceLost{"gpu 0: lost"}; },
                                       [](auto&, auto) { throw DeviceLost{"gpu 0: lost"}; },
                                       [](auto&, auto) { throw DeviceLost{"gpu 1: gone"}; }});
  const Outcome outcome = run_one_batch(example, executors);
  ASSERT_FALSE(outcome.counters);
  EXPECT_EQ(outcome.counters.error().kind, ErrorKind::device);
  const std::string& message = outcome.counters.error().message;
  EXPECT_TRUE(message == "gpu 0: lost; gpu 1: gone" || message == "gpu 1: gone; gpu 0: lost") << message;
  EXPECT_TRUE(outcome.notes.empty());
}

TEST(Scheduler, LetsAnExecutorWithMoreMemoryTakeWhatDidNotFit) {
  const Example example(2, 1);
  const auto executors = executors_of({[](auto& executor, auto) { full(executor); }, works});
  const Outcome outcome = run_one_batch(example, executors);
  ASSERT_TRUE(outcome.counters);
  expect_all_once(example, outcome);
}

TEST(Scheduler, SaysAtOnceWhatABatchThatWasTooLargeHasForTheUser) {
  const Example example(3, 2);
  const auto executors = executors_of({[](ScriptedExecutor& executor, std::span<const FitTask>) {
    if (executor.runs > 1) return;
    throw BatchTooLarge{"gpu: timed out", false, "gpu: in smaller steps from now on"};
  }});
  const Outcome outcome = run_one_batch(example, executors);
  ASSERT_TRUE(outcome.counters.has_value()) << outcome.counters.error().message;
  EXPECT_EQ(outcome.notes, std::vector<std::string>{"gpu: in smaller steps from now on"});
  expect_all_once(example, outcome);
}

TEST(Scheduler, EndsWithTheErrorOfAnExecutorThatEndsTheStudy) {
  const Example example(3, 2);
  std::vector<std::unique_ptr<Executor>> executors;
  for (int i = 0; i < 2; ++i)
    executors.push_back(std::make_unique<ScriptedExecutor>([](ScriptedExecutor&, std::span<const FitTask>) {
      throw StudyEnds{{"the command is gone", "bring it back", ErrorKind::no_score}};
    }));
  const Outcome outcome = run_one_batch(example, executors);
  ASSERT_FALSE(outcome.counters);
  EXPECT_EQ(outcome.counters.error().message, "the command is gone");
  EXPECT_EQ(outcome.counters.error().kind, ErrorKind::no_score);
  EXPECT_TRUE(outcome.scored.empty());
}

TEST(Scheduler, RethrowsWhatIsNoDevicesFailure) {
  const Example example(2, 1);
  const auto executors = executors_of({[](auto&, auto) { throw std::runtime_error("a bug"); }});
  EXPECT_THROW(run_one_batch(example, executors), std::runtime_error);
}

// An executor on a device of its own that takes a while.
class OnDevice final : public Executor {
 public:
  using Run = std::function<void(std::span<const FitTask>, const std::stop_token&)>;
  OnDevice(int device, Run run) : device_(device), run_(std::move(run)) {}
  std::string name() const override { return "on a device"; }
  int device_number() const override { return device_; }
  std::uint64_t memory_bytes() const override { return 1 << 30; }
  Counters counters() const override { return {}; }
  void run(std::span<const FitTask> tasks, const std::stop_token& stop, const OnTaskResult& on_result) override {
    ++runs;
    run_(tasks, stop);
    for (const FitTask& task : tasks) on_result({task, std::vector<double>(task.queries().size(), 0.5), {}});
  }
  int runs = 0;

 private:
  int device_;
  Run run_;
};

// Four executors of two devices and two batches: each device has one.
TEST(Scheduler, DealsFewBatchesOutOverDevices) {
  const Example example(2, 1);
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> running = 0;
    const auto meet = [&](std::span<const FitTask>, const std::stop_token&) {
      ++running;
      while (running < 2) std::this_thread::yield();
    };
    std::vector<std::unique_ptr<Executor>> executors;
    for (const int device : {0, 0, 1, 1}) executors.push_back(std::make_unique<OnDevice>(device, meet));
    const auto runs = [&](std::size_t i) { return static_cast<OnDevice&>(*executors[i]).runs; };
    std::vector<Batch> batches;
    for (const auto& fit : example.plan.fits) batches.push_back({{FitTask{fit.get(), 0, 0, 1}}});
    ASSERT_TRUE(run_batches(
        batches, executors, [](const TaskResult&) {}, [](const std::string&) {}, {}));
    EXPECT_EQ(runs(0) + runs(1), 1);
    EXPECT_EQ(runs(2) + runs(3), 1);
  }
}

// The ranges of a fit's trees, and an executor that hands on how many trees there were, or fails.
struct Ranges {
  Example example{1, 1};
  std::vector<Batch> batches;
  explicit Ranges(std::size_t devices) {
    example.plan.fits.front()->queries = {{0, 40}};
    batches = make_batches(example.context, example.plan, {devices, devices, 1e18, 1 << 30, 1 << 30});
  }

  static void hand_on(std::span<const FitTask> tasks, const std::stop_token& stop) {
    const FitTask& task = tasks.front();
    if (task.before != nullptr) {
      const auto before = task.before->wait(0, 1, stop);
      if (before.empty()) throw BatchWaits{};
      EXPECT_EQ(before.front(), task.after);
    }
    if (task.then != nullptr) task.then->give(0, 1, std::vector<std::uint64_t>(8, task.up_to));   // of 8 rows
  }

  [[nodiscard]] Result<SchedulerCounters> run(const std::vector<std::unique_ptr<Executor>>& executors,
                                              std::multiset<std::uint32_t>& ended) const {
    return run_batches(
        batches, executors, [&](const TaskResult& result) { ended.insert(result.task.after); },
        [](const std::string&) {}, {});
  }
};

TEST(Scheduler, RangesGoOnFromEachOther) {
  const Ranges ranges(4);
  ASSERT_EQ(ranges.batches.size(), 4U);
  std::vector<std::unique_ptr<Executor>> executors;
  for (int device = 0; device < 4; ++device) executors.push_back(std::make_unique<OnDevice>(device, Ranges::hand_on));
  std::multiset<std::uint32_t> ended;
  ASSERT_TRUE(ranges.run(executors, ended));
  EXPECT_EQ(ended, (std::multiset<std::uint32_t>{0, 10, 20, 30}));
}

// The others wait for the first range when its device is lost: one of them takes it, and nobody waits for ever.
TEST(Scheduler, RangesThatWaitForALostDeviceMakeWay) {
  for (int round = 0; round < 20; ++round) {
    const Ranges ranges(3);
    std::atomic<int> running = 0;
    std::atomic<bool> lost = false;
    const auto run = [&](std::span<const FitTask> tasks, const std::stop_token& stop) {
      ++running;
      if (tasks.front().before == nullptr && !lost) {
        while (running < 3) std::this_thread::yield();
        lost = true;
        throw DeviceLost{"gpu: lost"};
      }
      Ranges::hand_on(tasks, stop);
    };
    std::vector<std::unique_ptr<Executor>> executors;
    for (int device = 0; device < 3; ++device) executors.push_back(std::make_unique<OnDevice>(device, run));
    std::multiset<std::uint32_t> ended;
    ASSERT_TRUE(ranges.run(executors, ended));
    EXPECT_EQ(ended, (std::multiset<std::uint32_t>{0, 13, 26}));
  }
}

// A thread is refused after an executor was lost: those that are left are one fewer than it knew.
TEST(Scheduler, EndsWithAnErrorWhereTheOnlyExecutorsWithThreadsAreLost) {
  const Example example(4, 1);
  std::atomic<bool> lost = false;
  std::vector<std::unique_ptr<Executor>> executors;
  for (int device = 0; device < 3; ++device)
    executors.push_back(std::make_unique<OnDevice>(device, [&](std::span<const FitTask>, const std::stop_token&) {
      lost = true;
      throw DeviceLost{"gpu: lost"};
    }));
  int started = 0;
  const ThreadStarter one_thread = [&](const std::function<void()>& work) {
    if (started++ == 0) return std::thread(work);
    while (!lost) std::this_thread::yield();
    throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
  };
  std::vector<Batch> batches;
  for (const auto& fit : example.plan.fits) batches.push_back({{FitTask{fit.get(), 0, 0, 1}}});
  std::vector<std::string> notes;
  const auto counters = run_batches(
      batches, executors, [](const TaskResult&) {}, [&](const std::string& note) { notes.push_back(note); }, {},
      one_thread);
  ASSERT_FALSE(counters);
  EXPECT_EQ(counters.error().message, "gpu: lost");
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_NE(notes.front().find("2 of 3 threads"), std::string::npos) << notes.front();
}

TEST(Scheduler, RangesThatWaitForAStudyThatEndsMakeWay) {
  const Ranges ranges(3);
  std::atomic<int> running = 0;
  const auto run = [&](std::span<const FitTask> tasks, const std::stop_token& stop) {
    ++running;
    if (tasks.front().before == nullptr) {
      while (running < 3) std::this_thread::yield();
      throw StudyEnds{{"it ends", "", ErrorKind::no_score}};
    }
    Ranges::hand_on(tasks, stop);
  };
  std::vector<std::unique_ptr<Executor>> executors;
  for (int device = 0; device < 3; ++device) executors.push_back(std::make_unique<OnDevice>(device, run));
  std::multiset<std::uint32_t> ended;
  const auto counters = ranges.run(executors, ended);
  ASSERT_FALSE(counters);
  EXPECT_EQ(counters.error().message, "it ends");
  EXPECT_TRUE(ended.empty());
}

// Ranges of tasks on so many devices.
std::vector<std::uint32_t> ranges_of(std::size_t devices, const std::vector<double>& work, std::uint32_t trees = 1000,
                                     std::uint64_t handed = 0, std::uint64_t room = 0) {
  std::vector<TaskSize> tasks;
  for (const double each : work) tasks.push_back({each, trees, handed});
  return ranges_of_tasks(tasks, {2 * devices, devices, 0, 0, room});
}
using Counts = std::vector<std::uint32_t>;

TEST(Batches, CutTreesIntoRangesWhereDevicesCanNotShareFitsEvenly) {
  EXPECT_EQ(ranges_of(8, {7}), Counts{8});
  EXPECT_EQ(ranges_of(8, {7, 7}), (Counts{4, 4}));
  EXPECT_EQ(ranges_of(8, std::vector<double>(5, 1)), Counts(5, 3));   // two thirds, where 5 eighths would be the best
  EXPECT_EQ(ranges_of(8, std::vector<double>(8, 1)), Counts(8, 1));
  EXPECT_EQ(ranges_of(8, std::vector<double>(9, 1)), Counts(9, 4));   // 5 quarters, where 8 sevenths would be
  EXPECT_EQ(ranges_of(8, std::vector<double>(100, 1)), Counts(100, 1));
  EXPECT_EQ(ranges_of(8, {7}, 3), Counts{3});   // no more than trees
}

TEST(Batches, CutTheLargestOfUnequalFits) {
  EXPECT_EQ(ranges_of(8, {1000, 1, 1, 1, 1, 1, 1, 1}), (Counts{8, 1, 1, 1, 1, 1, 1, 1}));
  EXPECT_EQ(ranges_of(2, {30, 10, 10, 10}), (Counts{1, 1, 1, 1}));
  EXPECT_EQ(ranges_of(2, {60, 10, 10}), (Counts{2, 1, 1}));
}

TEST(Batches, NoMoreIsHandedOnThanTheHostHasRoomFor) {
  // Of a fit on three devices: votes between its ranges, and three times as many for each range that runs.
  const auto ranges = [](std::uint64_t room) { return ranges_of(3, {1}, 100, 10, room).front(); };
  EXPECT_EQ(ranges(10 + 60 - 1), 1U);
  EXPECT_EQ(ranges(10 + 60), 2U);
  EXPECT_EQ(ranges(20 + 90 - 1), 2U);
  EXPECT_EQ(ranges(20 + 90), 3U);
  const auto large = ranges_of(8, {1000, 1, 1, 1, 1, 1, 1, 1, 1}, 1000, 10, 170);
  EXPECT_EQ(large, (Counts{4, 1, 1, 1, 1, 1, 1, 1, 1}));   // 30 + 120
}

TEST(Batches, RangesHoldEachQueryOnceAndFollowEachOther) {
  Example example(2, 3);
  for (const auto& fit : example.plan.fits) fit->queries = {{0, 1}, {0, 7}, {0, 100}, {1, 26}, {2, 25}, {2, 51}};
  const auto batches = make_batches(example.context, example.plan, {16, 8, 1e18, 1 << 30, 1 << 30});
  ASSERT_EQ(batches.size(), 8U);
  for (std::size_t i = 0; i < 8; ++i) {
    ASSERT_EQ(batches[i].tasks.size(), 1U);
    const FitTask& task = batches[i].tasks.front();
    EXPECT_EQ(task.planned, example.plan.fits[i / 4].get());
    EXPECT_EQ(task.after, i % 4 * 25);
    EXPECT_EQ(task.before, i % 4 == 0 ? nullptr : batches[i - 1].tasks.front().then);
    EXPECT_EQ(task.then == nullptr, i % 4 == 3);
  }
  EXPECT_EQ(batches[0].tasks.front().queries(), (std::vector<std::uint32_t>{0, 1, 4}));
  EXPECT_EQ(batches[1].tasks.front().queries(), (std::vector<std::uint32_t>{3}));
  EXPECT_EQ(batches[2].tasks.front().queries(), (std::vector<std::uint32_t>{5}));
  EXPECT_EQ(batches[3].tasks.front().queries(), (std::vector<std::uint32_t>{2}));
}

TEST(Batches, GiveEveryExecutorSomething) {
  const Example example(12, 2);
  for (const std::size_t executors : {1, 2, 3, 6, 12}) {
    const auto batches = make_batches(example.context, example.plan, {executors, 1, 1e18, 1 << 30, 0});
    EXPECT_EQ(batches.size(), executors);
    std::size_t tasks = 0;
    for (const Batch& batch : batches) tasks += batch.tasks.size();
    EXPECT_EQ(tasks, 12U);
  }
}

TEST(Batches, StayBelowTheMemoryTheyAreGiven) {
  const Example example(3, 40);
  const auto bytes_of = [&](const Batch& batch) {
    std::uint64_t bytes = 0;
    for (const FitTask& task : batch.tasks) {
      const PreparedFit fit = prepare_fit(example.context, task);
      bytes += fit.votes_bytes() + fit.sums_count() * 8 + fit.wave_bytes_per_tree();
    }
    return bytes;
  };
  for (const std::uint64_t memory : {1 << 20, 4000, 1000}) {
    std::size_t structures = 0;
    for (const Batch& batch : make_batches(example.context, example.plan, {1, 1, 1e18, memory, 0})) {
      EXPECT_LE(bytes_of(batch), memory);
      structures += structures_of(batch.tasks);
    }
    EXPECT_EQ(structures, 120U);
  }
}

}   // namespace
}   // namespace warptune
