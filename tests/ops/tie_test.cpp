// Tables on which several splits are exactly equally good, and which of them a node takes: that of the feature visited
// first, then the one with the missing rows on the right, then the lower bin or code. The oracle follows the kernels among
// near-equals, so the answers are written down here.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tests/ops/kernel_forest.h"
#include "tests/ops/random_fits.h"

namespace warptune::test {
namespace {

// Rows of a step of a feature by class.
struct Rows {
  std::uint32_t class0 = 0, class1 = 0;
};

// A table of equal features, each with the steps in `steps` and missing rows. Steps are bins, or the values of one bin.
// times: each row stands so often; a node of up to 128 rows is searched by other kernels than a larger one.
struct Example {
  std::vector<Rows> steps;
  Rows missing;
  bool in_one_bin = false;
  std::size_t features = 1;
  std::uint32_t times = 1, min_samples_leaf = 1;
};

Feature feature_of(const Example& e, std::size_t number) {
  Feature feature;
  feature.name = std::to_string(number);
  feature.bin_begin.clear();
  const auto steps = static_cast<std::uint32_t>(e.steps.size());
  feature.bins = e.in_one_bin ? 1 : static_cast<int>(steps);
  for (std::uint32_t s = 0; s < steps; ++s) {
    feature.values.push_back(s);
    if (!e.in_one_bin) feature.bin_begin.push_back(s);
    if (!e.in_one_bin && s > 0) feature.cuts.push_back(s - 0.5);
  }
  if (e.in_one_bin) feature.bin_begin.push_back(0);
  feature.bin_begin.push_back(steps);
  feature.has_missing = e.missing.class0 + e.missing.class1 > 0;
  return feature;
}

Dataset dataset_of(const Example& e) {
  Dataset d;
  d.target.classes = {"0", "1"};
  for (std::size_t f = 0; f < e.features; ++f) d.features.push_back(feature_of(e, f));
  const auto add = [&](std::size_t step, std::uint32_t count, std::uint8_t label) {
    for (std::uint32_t i = 0; i < count * e.times; ++i, ++d.rows) {
      d.target.labels.push_back(label);
      for (std::size_t f = 0; f < e.features; ++f) {
        const bool missing = step == e.steps.size();
        const std::size_t bin = e.in_one_bin ? (missing ? 1 : 0) : step;
        d.bins.push_back(static_cast<std::uint8_t>(bin));
        if (e.in_one_bin) d.fine.push_back(static_cast<std::uint8_t>(missing ? 0 : step));
      }
    }
  };
  for (std::size_t s = 0; s < e.steps.size(); ++s) {
    add(s, e.steps[s].class0, 0);
    add(s, e.steps[s].class1, 1);
  }
  add(e.steps.size(), e.missing.class0, 0);
  add(e.steps.size(), e.missing.class1, 1);
  return d;
}

// The root's split of each of the trees; the last row alone is for validation, and is one more of its step and class.
std::vector<KernelNode> roots(const Example& e, std::uint32_t criterion, std::uint32_t lanes, std::uint32_t trees = 1,
                              std::uint32_t max_features = 0) {
  Dataset dataset = dataset_of(e);
  for (std::size_t f = 0; f < e.features; ++f) {   // a copy of the first row
    dataset.bins.push_back(dataset.bins[f]);
    if (!dataset.fine.empty()) dataset.fine.push_back(dataset.fine[f]);
  }
  dataset.target.labels.push_back(dataset.target.labels[0]);
  ++dataset.rows;

  Split split;
  for (std::uint32_t r = 0; r < dataset.rows; ++r)
    split.order.push_back(static_cast<std::uint32_t>(dataset.rows) - 1 - r);
  split.folds = folds_of_parts({0, 1}, dataset.rows);

  ForestFit fit;
  fit.settings.criterion = criterion;
  fit.settings.bootstrap = false;
  fit.settings.max_features = max_features > 0 ? max_features : static_cast<std::uint32_t>(e.features);
  fit.settings.min_samples_leaf = {false, static_cast<double>(e.min_samples_leaf * e.times)};
  fit.variants.emplace_back().max_depth = 1;
  fit.queries.push_back({0, trees});
  const FitContext context{&dataset, &split, &metric_of("accuracy"), 7, needs_of(fit.settings, dataset.rows)};

  std::vector<KernelNode> made;
  for (const KernelTree& tree : grow_forest(context, {&fit, 0, 0, 1}, lanes).trees) made.push_back(tree.nodes.at(0));
  return made;
}

struct Answer {
  std::uint32_t step;   // the last that goes left
  bool missing_left;
};

// In every form that a node's search has: both criteria, small and large nodes, bins and values, one lane and four.
void expect_everywhere(Example e, const Answer& answer) {
  for (const std::uint32_t times : {1u, 25u})
    for (const bool in_one_bin : {false, true})
      for (const std::uint32_t criterion : {kernels::gini, kernels::entropy})
        for (const std::uint32_t lanes : {1u, 4u}) {
          if (in_one_bin && times > 1) continue;   // a large node sees no values
          e.times = times;
          e.in_one_bin = in_one_bin;
          SCOPED_TRACE("times " + std::to_string(times) + ", one bin " + std::to_string(in_one_bin) + ", criterion " +
                       std::to_string(criterion) + ", lanes " + std::to_string(lanes));
          const KernelNode root = roots(e, criterion, lanes).at(0);
          ASSERT_TRUE(root.splits);
          const std::uint32_t bin = root.threshold >> 8, code = root.threshold & 255;
          EXPECT_EQ(in_one_bin ? code : bin, answer.step);
          EXPECT_EQ(root.missing_left, answer.missing_left);
        }
}

// Behind the first step and behind the second one part has one class, the other both alike.
TEST(Ties, TheLowerBinOrCode) { expect_everywhere({{{2, 0}, {0, 2}, {2, 0}}, {}}, {0, false}); }

// What goes left and right of the three steps in the middle is the same, mirrored.
TEST(Ties, TheLowestOfMany) { expect_everywhere({{{1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}}, {}}, {0, false}); }

// 3:0 | 1:4 with the missing rows on the right, 4:1 | 0:3 with them on the left.
TEST(Ties, MissingRowsGoRight) { expect_everywhere({{{3, 0}, {0, 3}}, {1, 1}}, {0, false}); }

// The mirrored table says that it is not the side of a class.
TEST(Ties, MissingRowsGoRightOfEitherClass) { expect_everywhere({{{0, 3}, {3, 0}}, {1, 1}}, {0, false}); }

// Nothing improves. Behind step 0 only missing rows on the left make both children large enough, behind step 1 either
// side does: missing rows on the right come before the lower step.
TEST(Ties, MissingRightComesBeforeTheLowerStep) {
  Example e{{{1, 1}, {2, 2}, {3, 3}}, {2, 2}};
  e.min_samples_leaf = 5;
  expect_everywhere(e, {1, false});
}

// Of equal features a node takes the one that it visits first: that is the one which a node that looks at a single
// feature looks at.
TEST(Ties, TheFeatureVisitedFirst) {
  std::set<std::uint32_t> seen;
  for (const std::uint32_t times : {1u, 12u})
    for (const std::uint32_t criterion : {kernels::gini, kernels::entropy}) {
      Example e{{{5, 1}, {1, 5}}, {}};
      e.features = 5;
      e.times = times;
      const std::vector<KernelNode> first = roots(e, criterion, 1, 6, 1);
      for (const std::uint32_t lanes : {1u, 4u}) {
        const std::vector<KernelNode> all = roots(e, criterion, lanes, 6);
        for (std::size_t t = 0; t < first.size(); ++t) {
          ASSERT_TRUE(first[t].splits && all[t].splits);
          EXPECT_EQ(all[t].feature, first[t].feature) << "tree " << t << ", lanes " << lanes << ", times " << times;
          seen.insert(first[t].feature);
        }
      }
    }
  EXPECT_GT(seen.size(), 2u);   // trees differ in what they visit first
}

}   // namespace
}   // namespace warptune::test
