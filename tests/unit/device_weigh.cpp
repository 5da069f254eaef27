// Which devices a study's work is worth: a pure function, so that each choice and its reason can be said here.
#include <gtest/gtest.h>

#include <vector>

#include "device/weigh.h"

namespace warptune {
namespace {

constexpr double h100 = 132 * 1.98e9, t4 = 40 * 1.59e9;   // clocks per second

// As much work as forests would be: a GPU's multiprocessor does a tenth of a unit a clock, a thread 0.7e9 in a second.
Job job(double thread_seconds, std::uint64_t pieces = 1000) {
  return {thread_seconds, thread_seconds * 0.7e9 / 0.1, 0, pieces};
}

std::vector<GpuSpeed> gpus(std::size_t count, double clocks = h100) {
  return std::vector<GpuSpeed>(count, {clocks, clocks == h100 ? 132 : 40});
}

TEST(DeviceWeigh, SmallWorkStaysOnTheCpuAndNobodyAsksForGpus) {
  EXPECT_FALSE(worth_a_gpu(job(0.3), 2));
  const Weighed weighed = weigh(job(0.3), 2, {});
  EXPECT_EQ(weighed.gpus, 0U);
  EXPECT_EQ(weighed.why, "about 0.15 s on 2 threads, a GPU takes 0.3 s to start");
  EXPECT_EQ(weigh(job(0.3), 2, gpus(8)).why, weighed.why);
  EXPECT_EQ(weigh(job(0.1), 1, {}).why, "about 0.1 s on 1 thread, a GPU takes 0.3 s to start");
}

TEST(DeviceWeigh, MoreThreadsNeedLessAGpu) {
  EXPECT_TRUE(worth_a_gpu(job(10), 2));
  EXPECT_FALSE(worth_a_gpu(job(10), 64));
}

TEST(DeviceWeigh, AGpuWhereItIsFaster) {
  const Weighed weighed = weigh(job(100), 2, gpus(1));
  EXPECT_EQ(weighed.gpus, 1U);
  EXPECT_EQ(weighed.why, "about 3 s on a GPU, start included, 50 s on 2 threads");
}

TEST(DeviceWeigh, ASlowGpuBesideManyThreadsStaysIdle) {
  EXPECT_EQ(weigh(job(100), 96, gpus(1, t4)).gpus, 0U);
  EXPECT_EQ(weigh(job(100), 96, gpus(1, t4)).why, "about 1 s on 96 threads, 11 s on a GPU, start included");
}

TEST(DeviceWeigh, TheFewestGpusThatAreWorthIt) {
  EXPECT_EQ(weigh(job(20), 2, gpus(8)).gpus, 1U);       // a second one would save less than a tenth
  EXPECT_EQ(weigh(job(40), 2, gpus(8)).gpus, 2U);       // a third one would take as long to start as it saves
  EXPECT_EQ(weigh(job(100000), 2, gpus(8)).gpus, 8U);   // of many minutes each start is a small part
  const std::size_t some = weigh(job(1000), 2, gpus(8)).gpus;
  EXPECT_GT(some, 1U);
  EXPECT_LT(some, 8U);
}

TEST(DeviceWeigh, NoMoreGpusThanPieces) {
  EXPECT_EQ(weigh(job(100000, 1), 2, gpus(8)).gpus, 1U);
  EXPECT_EQ(weigh(job(100000, 2), 2, gpus(8)).gpus, 2U);
  EXPECT_EQ(weigh(job(100000, 5), 2, gpus(8)).gpus, 5U);
}

TEST(DeviceWeigh, NoMoreGpusThanWhoseMultiprocessorsHaveSmallPieces) {
  const auto taken = [](std::uint64_t pieces) {
    Job trees = job(100000, pieces);
    trees.small_pieces = true;
    return weigh(trees, 2, gpus(8)).gpus;
  };
  EXPECT_EQ(taken(100), 1U);
  EXPECT_EQ(taken(132), 1U);
  EXPECT_EQ(taken(264), 2U);
  EXPECT_EQ(taken(998), 8U);
}

TEST(DeviceWeigh, PiecesThatMultiprocessorsShareAreWorthMoreGpus) {
  const auto taken = [](std::uint64_t pieces, int most_together, double cost = 1) {
    Job trees = job(100000, pieces);
    trees.small_pieces = true;
    trees.most_together = most_together;
    trees.together_cost = cost;
    return weigh(trees, 2, gpus(8)).gpus;
  };
  EXPECT_EQ(taken(100, 1), 1U);
  EXPECT_EQ(taken(100, 2), 2U);         // 264 multiprocessors, two for each
  EXPECT_EQ(taken(100, 2, 1.9), 1U);    // which would save next to nothing
  EXPECT_EQ(taken(100, 60, 1.9), 8U);   // 1,056, ten for each
  EXPECT_EQ(taken(1, 60, 1.9), 1U);     // no more than it lets
}

TEST(DeviceWeigh, WhatIsSentToAGpuCountsToo) {
  Job large = job(4);
  EXPECT_EQ(weigh(large, 2, gpus(1)).gpus, 1U);
  large.bytes = 20'000'000'000;
  EXPECT_EQ(weigh(large, 2, gpus(1)).gpus, 0U);
}

TEST(DeviceWeigh, LongTimesAreSaidInMinutesAndHours) {
  EXPECT_EQ(weigh(job(36000), 2, gpus(1)).why.substr(0, 11), "about 16 mi");
  EXPECT_NE(weigh(job(360000), 2, gpus(1)).why.find("50 h on 2 threads"), std::string::npos);
}

}   // namespace
}   // namespace warptune
