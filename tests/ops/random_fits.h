// Random datasets and fits for the ops' tests: every parameter that changes a tree, missing values, many classes.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "family/forest/prepared_fit.h"
#include "plan/plan.h"
#include "split/kinds.h"
#include "warptune/dataset.h"

namespace warptune::test {

// Random bins, some with several values; labels depend on two features, so that trees have something to find.
inline Dataset random_dataset(std::mt19937_64& rng, std::size_t rows, std::size_t features, int classes, int bins,
                              double missing) {
  Dataset d;
  d.rows = rows;
  for (int k = 0; k < classes; ++k) d.target.classes.push_back(std::to_string(k));
  for (std::size_t f = 0; f < features; ++f) {
    Feature feature;
    feature.name = "f" + std::to_string(f);
    feature.bins = 1 + static_cast<int>(rng() % static_cast<unsigned>(bins));
    feature.bin_begin = {0};
    const unsigned most_values = std::array{1u, 3u, 256u}[rng() % 3];
    for (int b = 0; b < feature.bins; ++b) {
      const unsigned values = 1 + static_cast<unsigned>(rng()) % most_values;
      feature.values.push_back(b * b * (1.0 + static_cast<double>(f)) + 0.25);   // unevenly spread
      if (b > 0) feature.cuts.push_back(feature.values.back() - 0.125);
      for (unsigned v = 1; v < values; ++v)   // less than 1/2 above
        feature.values.push_back(feature.values.back() + std::ldexp(0.4, -static_cast<int>(1 + v % 8)) / values);
      feature.bin_begin.push_back(static_cast<std::uint32_t>(feature.values.size()));
    }
    d.features.push_back(feature);
  }
  d.bins.resize(rows * features);
  if (std::any_of(d.features.begin(), d.features.end(), [](const Feature& f) { return f.has_fine(); }))
    d.fine.resize(rows * features);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t f = 0; f < features; ++f) {
      Feature& feature = d.features[f];
      const bool is_missing = f % 2 == 1 && uniform(rng) < missing;
      feature.has_missing |= is_missing;
      const auto bin = static_cast<std::uint32_t>(rng() % static_cast<unsigned>(feature.bins));
      d.bins[r * features + f] = static_cast<std::uint8_t>(is_missing ? feature.bins : bin);
      if (!d.fine.empty() && !is_missing)
        d.fine[r * features + f] =
            static_cast<std::uint8_t>(rng() % (feature.bin_begin[bin + 1] - feature.bin_begin[bin]));
    }
    const int signal = d.bins[r * features] * 3 + d.bins[r * features + features - 1];
    d.target.labels.push_back(
        static_cast<std::uint8_t>((uniform(rng) < 0.7 ? signal : static_cast<int>(rng() % 97)) % classes));
  }
  return d;
}

// Forgets what lies within bins.
inline void drop_fine(Dataset& d) {
  d.fine.clear();
  for (Feature& feature : d.features) {
    std::vector<double> values;
    for (int b = 0; b < feature.bins; ++b) {
      values.push_back(feature.values[feature.bin_begin[static_cast<std::size_t>(b)]]);
      feature.bin_begin[static_cast<std::size_t>(b)] = static_cast<std::uint32_t>(b);
    }
    feature.bin_begin.back() = static_cast<std::uint32_t>(feature.bins);
    feature.values = values;
  }
}

inline Split random_split(std::mt19937_64& rng, const Dataset& d, int count) {
  Split split;
  for (std::uint32_t r = 0; r < d.rows; ++r) split.order.push_back(r);
  std::shuffle(split.order.begin(), split.order.end(), rng);
  std::vector<std::uint32_t> begin{0};
  for (std::size_t f = 1; f <= static_cast<std::size_t>(count); ++f)
    begin.push_back(static_cast<std::uint32_t>(count == 1 ? d.rows / 3 : d.rows * f / static_cast<std::size_t>(count)));
  split.folds = folds_of_parts(begin, d.rows);
  return split;
}

// Folds that do not train on all rows that they do not validate on: a series with a gap, two repetitions of which one trains
// on the rows around a hole that is larger than what it validates on, rows that no fold looks at.
inline Split gapped_split(std::mt19937_64& rng, const Dataset& d) {
  Split split = random_split(rng, d, 1);
  const auto rows = static_cast<std::uint32_t>(d.rows), tenth = rows / 10;
  std::vector<std::uint32_t> again = split.order;
  std::shuffle(again.begin(), again.end(), rng);
  split.order.insert(split.order.end(), again.begin(), again.end());
  const std::uint32_t half = rows / 2, second = rows + half;
  split.folds = {{{0, half}, {half, half}, {half + tenth, half + 3 * tenth}},
                 {{tenth, rows - tenth}, {half - tenth, half + tenth}, {half, half + tenth}},
                 {{rows, 2 * rows}, {rows, rows + 2 * tenth}, {rows + tenth, rows + 2 * tenth}},
                 {{rows + tenth, 2 * rows}, {second, second + 3 * tenth}, {second + tenth, second + 2 * tenth}}};
  return split;
}

inline TreeSettings random_tree(std::mt19937_64& rng, std::size_t features) {
  TreeSettings t;
  t.criterion = rng() % 2;
  t.random_thresholds = rng() % 4 == 0;
  t.bootstrap = rng() % 4 != 0;
  if (t.bootstrap && rng() % 2)
    t.max_samples = std::array<Amount, 4>{{{true, 0.6}, {true, 2.7}, {false, 31}, {false, 900}}}[rng() % 4];
  t.max_features = static_cast<std::uint32_t>(1 + rng() % features);
  if (rng() % 2)
    t.min_samples_leaf = rng() % 2 ? Amount{false, static_cast<double>(2 + rng() % 8)} : Amount{true, 0.02};
  if (rng() % 4 == 0) t.min_weight_fraction_leaf = 0.01;
  t.class_weight = static_cast<TreeSettings::Weights>(rng() % 2 ? 0 : rng() % 3);
  return t;
}

inline StructureSettings random_structure(std::mt19937_64& rng) {
  StructureSettings s;
  if (rng() % 3) s.max_depth = static_cast<std::uint32_t>(1 + rng() % 9);
  if (rng() % 3 == 0) s.max_leaf_nodes = static_cast<std::uint32_t>(2 + rng() % 30);
  if (rng() % 3 == 0) s.min_samples_split = {false, static_cast<double>(2 + rng() % 40)};
  if (rng() % 3 == 0) s.min_impurity_decrease = static_cast<double>(rng() % 10) * 1e-3;
  if (rng() % 3 == 0) s.ccp_alpha = static_cast<double>(rng() % 10) * 5e-4;
  return s;
}

// That any of the fits above can have on so many rows.
inline DrawNeeds needs_of(const TreeSettings& tree, std::size_t rows) {
  return {static_cast<std::uint64_t>(bootstrap_draws(tree.max_samples, rows)),
          tree.class_weight == TreeSettings::Weights::balanced};
}

inline ForestFit random_fit(std::mt19937_64& rng, std::size_t features, std::uint32_t structures,
                            std::uint32_t most_trees) {
  ForestFit fit;
  fit.settings = random_tree(rng, features);
  for (std::uint32_t s = 0; s < structures; ++s) {
    fit.variants.push_back(random_structure(rng));
    std::uint32_t trees = 0;
    for (int q = 0; q < 3; ++q) {
      trees += static_cast<std::uint32_t>(1 + rng() % most_trees);
      fit.queries.push_back({s, trees});
    }
  }
  return fit;
}

}   // namespace warptune::test
