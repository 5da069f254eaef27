// The kernels grow trees of any Stat: with sums of targets instead of class counts each node takes a split that a search of
// all candidates finds best, with one lane and with four.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <set>
#include <vector>

#include "family/forest/cpu_executor.h"
#include "tests/ops/moments_kernels.h"
#include "tests/ops/random_fits.h"

namespace warptune::test {
namespace {

using kernels::DatasetView;
using kernels::Fit;
using kernels::none32;
using kernels::u32;
using kernels::u64;

// Of one side of a split, or of a node.
struct Side {
  u64 rows = 0, drawn = 0, sum = 0;
  void add(u64 times, u64 target) {
    ++rows;
    drawn += times;
    sum += times * target;
  }
};

// What the two sides explain of the squares, in whole 2^-16.
u64 explained(const Side& left, const Side& right) {
  return (left.sum * left.sum * 65536) / left.drawn + (right.sum * right.sum * 65536) / right.drawn;
}

class NaiveSearch {
 public:
  NaiveSearch(const DatasetView& data, const Fit& fit, const std::vector<u32>& draws) : data_(data), fit_(fit) {
    for (u32 i = 0; i < fit.train.rows; ++i) {
      const u32 at = fit.train.begin + i, row = fit.order[at < fit.train.skip_at ? at : at + fit.train.skip];
      const u32 times = fit.draws > 0 ? draws[i] : 1;
      if (times > 0) root_.push_back({row, times});
    }
  }

  struct Row {
    u32 row, times;
  };
  [[nodiscard]] const std::vector<Row>& root() const { return root_; }

  [[nodiscard]] bool goes_left(u32 row, u32 feature, u32 threshold) const {
    const u32 code = code_of(row, feature, true);
    return code == missing ? threshold >> 16 != 0 : code <= (threshold & 0xffff);
  }

  // What the split explains, if it is allowed.
  template <class Left>
  [[nodiscard]] std::optional<u64> explained_by(const std::vector<Row>& rows, Left left) const {
    Side sides[2];
    for (const Row& r : rows) sides[left(r.row) ? 0 : 1].add(r.times, data_.labels[r.row]);
    if (std::min(sides[0].rows, sides[1].rows) < fit_.min_samples_leaf) return std::nullopt;
    if (sides[0].rows == 0 || sides[1].rows == 0) return std::nullopt;
    return explained(sides[0], sides[1]);
  }

  // The most that any split of the rows explains.
  [[nodiscard]] std::optional<u64> best(const std::vector<Row>& rows) const {
    std::optional<u64> best;
    const bool exact = rows.size() <= kernels::exact_rows;
    for (u32 f = 0; f < data_.features; ++f) {
      std::set<u32> codes;
      for (const Row& r : rows) codes.insert(code_of(r.row, f, exact));
      codes.erase(missing);
      for (const u32 code : codes)
        for (const bool missing_left : {false, true}) {
          const auto found = explained_by(rows, [&](u32 row) {
            const u32 own = code_of(row, f, exact);
            return own == missing ? missing_left : own <= code;
          });
          if (found && (!best || *found > *best)) best = found;
        }
    }
    return best;
  }

 private:
  static constexpr u32 missing = none32;
  [[nodiscard]] u32 code_of(u32 row, u32 feature, bool exact) const {
    const u64 at = u64{row} * data_.features + feature;
    if (data_.bins[at] == data_.feature_bins[feature]) return missing;
    const u32 fine = data_.fine != nullptr ? data_.fine[at] : 0;
    return u32{data_.bins[at]} << 8 | (exact ? fine : 0);
  }

  const DatasetView& data_;
  const Fit& fit_;
  std::vector<Row> root_;
};

struct Case {
  Dataset dataset;
  Split split;
  ForestFit fit;
};

Case random_case(int seed) {
  std::mt19937_64 rng(static_cast<u64>(seed));
  Case c;
  const std::size_t rows = 40 + rng() % 260, features = 1 + rng() % 6;
  c.dataset = random_dataset(rng, rows, features, 2, rng() % 2 ? 6 : 255, rng() % 2 ? 0.2 : 0.0);
  c.split = random_split(rng, c.dataset, 1);
  c.fit.settings.bootstrap = rng() % 2;
  c.fit.settings.max_features = static_cast<u32>(features);   // so that the best of all is what each node takes
  if (rng() % 2) c.fit.settings.min_samples_leaf = {false, static_cast<double>(2 + rng() % 8)};
  c.fit.variants.push_back({});
  if (rng() % 2) c.fit.variants[0].max_depth = 6;
  c.fit.queries.push_back({0, 1});
  return c;
}

class TreesOfMoments : public ::testing::TestWithParam<int> {};

TEST_P(TreesOfMoments, TakeTheBestSplitOfEachNode) {
  const Case c = random_case(GetParam());
  const FitContext context{&c.dataset, &c.split, &metric_of("accuracy"), 1, needs_of(c.fit.settings, c.dataset.rows)};
  const PreparedFit prepared = prepare_fit(context, {&c.fit, 0, 0, 1});
  const CpuDataset dataset(context);
  DatasetView data = dataset.view();
  std::mt19937_64 rng(static_cast<u64>(GetParam()) + 1000);
  std::vector<kernels::u8> targets;
  for (u32 row = 0; row < data.rows; ++row)
    targets.push_back(static_cast<kernels::u8>(data.bins[u64{row} * data.features] / 2 + rng() % 100));
  data.labels = targets.data();
  Fit fit = prepared.fit;
  fit.order = c.split.order.data();
  fit.structure = prepared.structures.data();

  const MomentsTree tree = grow_moments(data, fit, true, 1);
  for (const bool paired : {true, false})
    for (const u32 lanes : {1u, 4u}) {
      const MomentsTree other = grow_moments(data, fit, paired, lanes);
      EXPECT_EQ(other.nodes, tree.nodes) << paired << lanes;
      EXPECT_EQ(other.leaf, tree.leaf) << paired << lanes;
      EXPECT_EQ(other.value, tree.value) << paired << lanes;
    }

  const NaiveSearch naive(data, fit, tree.draws);
  std::vector<std::vector<NaiveSearch::Row>> rows(tree.nodes.size());
  std::vector<u32> depth(tree.nodes.size());
  rows[0] = naive.root();
  for (std::size_t v = 0; v < tree.nodes.size(); ++v) {
    const MomentsNode& node = tree.nodes[v];
    Side all;
    for (const auto& r : rows[v]) all.add(r.times, data.labels[r.row]);
    ASSERT_EQ(node.drawn, all.drawn) << v;
    ASSERT_EQ(node.sum, all.sum) << v;
    const bool may =
        depth[v] < fit.max_depth && rows[v].size() >= std::max(fit.min_samples_split, 2 * fit.min_samples_leaf);
    const std::optional<u64> best = may ? naive.best(rows[v]) : std::nullopt;
    ASSERT_EQ(node.feature != none32, best.has_value()) << v << ", rows " << rows[v].size();
    if (!best) continue;
    const auto left = [&](u32 row) { return naive.goes_left(row, node.feature, node.threshold); };
    ASSERT_EQ(naive.explained_by(rows[v], left), best) << v << ", rows " << rows[v].size();
    for (const auto& r : rows[v]) rows[node.left + (left(r.row) ? 0 : 1)].push_back(r);
    depth[node.left] = depth[node.left + 1] = depth[v] + 1;
  }
  for (std::size_t i = 0; i < tree.leaf.size(); ++i) {
    const MomentsNode& leaf = tree.nodes[tree.leaf[i]];
    EXPECT_EQ(leaf.feature, none32);
    EXPECT_EQ(tree.value[i], leaf.sum * 4096 / leaf.drawn);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, TreesOfMoments, ::testing::Range(0, 16));

}   // namespace
}   // namespace warptune::test
