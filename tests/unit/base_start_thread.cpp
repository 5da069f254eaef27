// Where the system has fewer threads than are wanted: all work is done by those that it has.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <system_error>
#include <vector>

#include "base/thread_pool.h"
#include "result/stats_file.h"
#include "run/scheduler.h"
#include "table/block_pipeline.h"

namespace warptune {
namespace {

// The system's threads, of which there are so many at a time; only the pool's spare one ends before the others.
ThreadStarter at_most(int threads) {
  return [left = std::make_shared<int>(threads)](std::function<void()> body) {
    if (*left == 0) throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
    --*left;
    return std::thread(std::move(body));
  };
}

TEST(StartThread, APoolWorksWithFewerAndLeavesOneFree) {
  for (const int allowed : {0, 1, 2, 4}) {
    ThreadPool pool(16, at_most(allowed));
    EXPECT_EQ(pool.threads(), allowed == 0 ? 1 : allowed);   // the caller's, and all but the spare one
    std::vector<std::atomic<int>> done(100);
    const std::stop_token stop;
    pool.run(
        100, [&](std::uint32_t unit, int) { ++done[unit]; }, stop);
    for (const std::atomic<int>& times : done) EXPECT_EQ(times, 1);
  }
  EXPECT_EQ(ThreadPool(3).threads(), 3);
}

TEST(StartThread, APipelineParsesWithoutOthers) {
  BlockPipeline alone(8, at_most(0));
  EXPECT_EQ(alone.depth(), 1u);
  BlockPipeline two(8, at_most(2));
  EXPECT_EQ(two.depth(), 6u);
}

class CountingExecutor : public Executor {
 public:
  std::string name() const override { return "counting"; }
  std::uint64_t memory_bytes() const override { return 1 << 30; }
  Counters counters() const override { return {}; }
  void run(std::span<const FitTask> tasks, const std::stop_token&, const OnTaskResult& on_result) override {
    for (const FitTask& task : tasks) on_result({task, {0.5}, {}});
  }
};

TEST(StartThread, TheSchedulerGoesOnWithTheExecutorsThatHaveOne) {
  const FitOf<int, int> fit;
  std::vector<std::unique_ptr<Executor>> executors;
  for (int i = 0; i < 5; ++i) executors.push_back(std::make_unique<CountingExecutor>());
  std::vector<std::string> notes;
  int results = 0;
  const std::stop_token stop;
  const Result<SchedulerCounters> ran = run_batches(
      std::vector<Batch>(20, Batch{{FitTask{&fit, 0, 0, 1}}}), executors, [&](const TaskResult&) { ++results; },
      [&](const std::string& note) { notes.push_back(note); }, stop, at_most(1));
  ASSERT_TRUE(ran.has_value());
  EXPECT_EQ(results, 20);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NE(notes[0].find("only 2 of 5 threads"), std::string::npos);
}

TEST(Stats, PeakMemoryIsTheProcessesOwn) {
  EXPECT_EQ(peak_bytes_in("Name:\twarptune\nVmPeak:\t  900 kB\nVmHWM:\t   733 kB\nVmRSS:\t 5 kB\n"), 733u * 1024);
  EXPECT_EQ(peak_bytes_in("Name:\tVmHWM: 5\n"), 0u);
  EXPECT_EQ(peak_bytes_in(""), 0u);
  EXPECT_GT(peak_host_bytes(), 1u << 20);
}

}   // namespace
}   // namespace warptune
