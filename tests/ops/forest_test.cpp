// Forests on random data: the many-lane bodies give the one-lane body's sums, and a trial that shares its fit gets
// what it gets alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "family/forest/cpu_executor.h"
#include "tests/ops/collected_sums.h"
#include "tests/ops/random_fits.h"
#include "tests/ops/team_executor.h"
#include "tests/sanitizer.h"

namespace warptune::test {
namespace {

struct Case {
  Dataset dataset;
  Split split;
  ForestFit fit;
  FitContext context;
};

Case random_case(std::uint64_t seed, std::uint32_t structures) {
  std::mt19937_64 rng(seed);
  Case c;
  const std::size_t rows = 20 + rng() % 300, features = 1 + rng() % 7;
  const int classes = rng() % 2 ? 2 : static_cast<int>(2 + rng() % 30), bins = rng() % 2 ? 6 : 255;
  c.dataset = random_dataset(rng, rows, features, classes, bins, rng() % 2 ? 0.2 : 0.0);
  c.split = random_split(rng, c.dataset, rng() % 2 ? 1 : 3);
  c.fit = random_fit(rng, features, structures, 4);
  c.context = {&c.dataset, &c.split, &metric_of(metrics()[rng() % (classes == 2 ? 4 : 3)].name), rng(),
               needs_of(c.fit.settings, rows)};
  if (seed % 3 == 0) c.split = gapped_split(rng, c.dataset);
  return c;
}

std::vector<std::vector<std::uint64_t>> run_all(ForestExecutor& executor, const Case& c, const ForestFit& fit) {
  std::vector<FitTask> tasks;
  for (int fold = 0; fold < c.split.count(); ++fold) tasks.push_back({&fit, fold, 0, fit.variant_count()});
  return collected_sums(executor, tasks);
}

std::string describe(const Case& c) {
  const TreeSettings& t = c.fit.settings;
  return "rows " + std::to_string(c.dataset.rows) + " features " + std::to_string(c.dataset.features.size()) +
         " classes " + std::to_string(c.dataset.target.classes.size()) + " criterion " + std::to_string(t.criterion) +
         " random thresholds " + std::to_string(t.random_thresholds) + " bootstrap " + std::to_string(t.bootstrap) +
         " max_features " + std::to_string(t.max_features) + " min_samples_leaf " +
         std::to_string(t.min_samples_leaf.value) + " min_weight " + std::to_string(t.min_weight_fraction_leaf) +
         " class_weight " + std::to_string(static_cast<int>(t.class_weight)) + " metric " +
         std::string(c.context.metric->info.name);
}

class ForestOnRandomData : public ::testing::TestWithParam<int> {};

TEST_P(ForestOnRandomData, FourLanesGiveOneLanesSums) {
  Case c = random_case(static_cast<std::uint64_t>(GetParam()), 3);
  c.context.dataset = &c.dataset;
  c.context.split = &c.split;
  SCOPED_TRACE("seed " + std::to_string(GetParam()) + ": " + describe(c));
  CpuExecutor one(c.context, 1, 1ull << 30);
  const std::uint32_t bucket_words = GetParam() % 3 == 0 ? 300 : 20000;
  TeamExecutor four(c.context, {4, bucket_words}, GetParam() % 2 ? 1u << 30 : 20000, GetParam() % 5);
  EXPECT_EQ(run_all(one, c, c.fit), run_all(four, c, c.fit));
}

TEST_P(ForestOnRandomData, ASharedFitScoresWhatEachTrialScoresAlone) {
  Case c = random_case(static_cast<std::uint64_t>(GetParam()) + 1000, 6);
  c.context.dataset = &c.dataset;
  c.context.split = &c.split;
  SCOPED_TRACE("seed " + std::to_string(GetParam() + 1000) + ": " + describe(c));
  CpuExecutor executor(c.context, 2, 1ull << 30);
  const auto shared = run_all(executor, c, c.fit);
  for (std::size_t q = 0; q < c.fit.queries.size(); ++q) {
    ForestFit alone = c.fit;
    alone.variants = {c.fit.variants[c.fit.queries[q].variant]};
    alone.queries = {{0, c.fit.queries[q].length}};
    const auto single = run_all(executor, c, alone);
    for (std::size_t fold = 0; fold < single.size(); ++fold) {
      const std::size_t per_query = single[fold].size();
      const std::vector<std::uint64_t> part(shared[fold].begin() + static_cast<std::ptrdiff_t>(q * per_query),
                                            shared[fold].begin() + static_cast<std::ptrdiff_t>((q + 1) * per_query));
      ASSERT_EQ(part, single[fold]) << "query " << q << " fold " << fold;
    }
  }
}

// Gangs share a level's rows where it has few nodes, and its nodes where they are many.
TEST_P(ForestOnRandomData, AGangsBlocksGiveOneLanesSums) {
  Case c = random_case(static_cast<std::uint64_t>(GetParam()) + 2000, 3);
  c.context.dataset = &c.dataset;
  c.context.split = &c.split;
  SCOPED_TRACE("seed " + std::to_string(GetParam() + 2000) + ": " + describe(c));
  CpuExecutor one(c.context, 1, 1ull << 30);
  const std::uint32_t bucket_words = GetParam() % 3 == 0 ? 300 : 20000, blocks = 2 + GetParam() % 3;
  TeamExecutor gang(c.context, {2, bucket_words, blocks}, GetParam() % 2 ? 1u << 30 : 20000, GetParam() % 5);
  EXPECT_EQ(run_all(one, c, c.fit), run_all(gang, c, c.fit));
}

// Nodes of more than 128 rows, which are searched by groups: those of a level are dealt out once there are four for each block.
TEST(ForestOfGangs, LevelsOfManyLargeNodes) {
  const int seeds = under_sanitizer ? 6 : 36;
  for (int seed = 0; seed < seeds; ++seed) {
    std::mt19937_64 rng(static_cast<std::uint64_t>(seed) + 12000);
    Case c;
    const std::size_t rows = 3000 + rng() % 3000, features = 1 + rng() % 40;
    const int classes = std::array{2, 2, 5, 40}[static_cast<std::size_t>(seed) % 4];
    c.dataset = random_dataset(rng, rows, features, classes, rng() % 2 ? 30 : 255, rng() % 2 ? 0.1 : 0.0);
    c.split = random_split(rng, c.dataset, 1);
    c.fit = random_fit(rng, features, 2, 2);
    c.context = {&c.dataset, &c.split, &metric_of("log_loss"), rng(), needs_of(c.fit.settings, rows)};
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + describe(c));
    CpuExecutor one(c.context, 1, 1ull << 30);
    TeamExecutor gang(c.context, {2, seed % 3 == 0 ? 4000U : 20000U, 2}, 1u << 30, 0);
    EXPECT_EQ(run_all(one, c, c.fit), run_all(gang, c, c.fit));
  }
}

// Many classes, which lanes share: nodes of more than 128 rows, whose keys follow from squares or not, and with more missing rows
// or rows to a leaf than a bin has.
TEST(ForestOfManyClasses, FourLanesGiveOneLanesSums) {
  const int seeds = under_sanitizer ? 8 : 48;
  for (int seed = 0; seed < seeds; ++seed) {
    std::mt19937_64 rng(static_cast<std::uint64_t>(seed) + 9000);
    Case c;
    const std::size_t rows = 300 + rng() % 900, features = 1 + rng() % 4;
    const int classes = std::array{16, 33, 100, 256}[static_cast<std::size_t>(seed) % 4];
    c.dataset = random_dataset(rng, rows, features, classes, rng() % 2 ? 30 : 255, rng() % 2 ? 0.2 : 0.0);
    c.split = random_split(rng, c.dataset, 1);
    c.fit = random_fit(rng, features, 2, 2);
    c.context = {&c.dataset, &c.split, &metric_of("log_loss"), rng(), needs_of(c.fit.settings, rows)};
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + describe(c));
    CpuExecutor one(c.context, 1, 1ull << 30);
    TeamExecutor four(c.context, {4, seed % 3 == 0 ? 4000U : 20000U}, 1u << 30, 0);
    EXPECT_EQ(run_all(one, c, c.fit), run_all(four, c, c.fit));
  }
}

// Little room for nodes: trees that have more are grown anew with their wave, those that have fewer are not.
TEST(ForestBatch, TreesThatOutgrowTheirRoomAreGrownAgain) {
  int outgrown = 0, fitted = 0;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    Case c = random_case(seed, 2);
    c.context.dataset = &c.dataset;
    c.context.split = &c.split;
    CpuExecutor one(c.context, 1, 1ull << 30);
    TeamExecutor four(c.context, {4, 20000}, 20000, 3);
    EXPECT_EQ(run_all(one, c, c.fit), run_all(four, c, c.fit)) << seed;
    outgrown += four.outgrown();
    fitted += four.outgrown() == 0;
  }
  EXPECT_GT(outgrown, 3);
  EXPECT_GT(fitted, 0);
}

// A fit's sums are given as soon as they are whole: those of a quick fit are there while the slow one behind it, in the
// same batch, still grows.
TEST(ForestBatch, WhatHasEndedIsNotHeldBack) {
  Case c = random_case(3, 1);
  c.context.dataset = &c.dataset;
  c.context.split = &c.split;
  ForestFit quick = c.fit, slow = c.fit;
  quick.queries = {{0, 10}};
  slow.queries = {{0, 100000}};
  const std::vector<FitTask> tasks{{&quick, 0, 0, 1}, {&slow, 0, 0, 1}, {&quick, 0, 0, 1}};
  CpuExecutor executor(c.context, 1, 1ull << 30);
  std::stop_source stop;
  std::vector<std::size_t> given;
  executor.sums(tasks, stop.get_token(), [&](std::size_t task, std::span<const std::uint64_t> sums) {
    given.push_back(task);
    EXPECT_EQ(std::vector<std::uint64_t>(sums.begin(), sums.end()),
              collected_sums(*std::make_unique<CpuExecutor>(c.context, 1, 1ull << 30), std::span(tasks).first(1))[0]);
    stop.request_stop();   // long before the slow one has all its trees
  });
  EXPECT_EQ(given, std::vector<std::size_t>{0});
  EXPECT_LT(executor.counters().trees, 1000u);
  EXPECT_EQ(executor.counters().fits, 1u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ForestOnRandomData, ::testing::Range(0, 60));

// The sums of one tree of so many rows, which four lanes grow while the host wants the launch to end, or not.
std::vector<std::vector<std::uint64_t>> stopped_sums(std::size_t rows, std::uint32_t max_depth, std::uint32_t stop) {
  std::mt19937_64 rng(7);
  Case c;
  c.dataset = random_dataset(rng, rows, 3, 2, 20, 0.0);
  c.split = random_split(rng, c.dataset, 1);
  c.fit.settings = {};
  c.fit.settings.bootstrap = false;
  c.fit.settings.max_features = 3;
  c.fit.variants = {{}};
  c.fit.variants[0].max_depth = max_depth;
  c.fit.queries = {{0, 1}};
  c.context = {&c.dataset, &c.split, &metric_of("accuracy"), 1, needs_of(c.fit.settings, rows)};
  TeamExecutor team(c.context, {4, 20000}, 1u << 30);
  team.set_stop(&stop);
  return run_all(team, c, c.fit);
}

TEST(ForestOfALargeTree, EndsItsSearchWhereTheHostWantsTheLaunchToEnd) {
  const std::size_t large = 27000;                                   // two thirds of them train
  EXPECT_EQ(stopped_sums(large, 3, 1), stopped_sums(large, 0, 0));   // the root alone
  EXPECT_NE(stopped_sums(large, 3, 0), stopped_sums(large, 0, 0));
  EXPECT_EQ(stopped_sums(1000, 3, 1), stopped_sums(1000, 3, 0));   // over soon: it does not look
}

}   // namespace
}   // namespace warptune::test
