#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "dataset/cut_points.h"
#include "warptune/dataset.h"

namespace warptune {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

Table table_of(std::vector<std::vector<double>> features) {
  Table table;
  table.source = "t.csv";
  table.rows = features.at(0).size();
  for (std::size_t f = 0; f < features.size(); ++f) {
    table.columns.push_back({fmt::format("f{}", f), ColumnType::numeric, Cells(features[f]), {}});
  }
  std::vector<double> target(table.rows);
  for (std::size_t r = 0; r < table.rows; ++r) target[r] = static_cast<double>(r % 2);
  table.columns.push_back({"y", ColumnType::numeric, Cells(target), {}});
  return table;
}

Dataset binned(const Table& table, int max_bins = 255, int threads = 1) {
  DatasetOptions options;
  options.target = "y";
  options.max_bins = max_bins;
  options.threads = threads;
  Result<Dataset> dataset = make_dataset(table, options);
  EXPECT_TRUE(dataset) << (dataset ? "" : dataset.error().message);
  return dataset ? *dataset : Dataset{};
}

// LightGBM's greedy rule written down naively, over a map of the values.
std::vector<double> naive_cuts(const std::vector<double>& values, int max_bins) {
  std::map<double, long> counts;
  long rows = 0;
  for (const double v : values) {
    if (std::isnan(v)) continue;
    ++counts[v == 0 ? 0.0 : v];
    ++rows;
  }
  const std::vector<std::pair<double, long>> distinct(counts.begin(), counts.end());
  std::vector<double> cuts;
  const auto cut = [&](std::size_t i) {
    const double left = distinct[i].first, right = distinct[i + 1].first;
    const double middle = (left + right) / 2;
    cuts.push_back(middle < right && middle >= left ? middle : left);
  };
  if (distinct.size() <= static_cast<std::size_t>(max_bins)) {
    for (std::size_t i = 0; i + 1 < distinct.size(); ++i) cut(i);
    return cuts;
  }
  const auto big = [&](std::size_t i) { return distinct[i].second * max_bins >= rows; };
  long small_rows = 0, small_bins = max_bins;
  for (std::size_t i = 0; i < distinct.size(); ++i) {
    if (big(i)) {
      --small_bins;
    } else {
      small_rows += distinct[i].second;
    }
  }
  long wanted_rows = small_rows, wanted_bins = small_bins, in_bin = 0;
  for (std::size_t i = 0; i + 1 < distinct.size(); ++i) {
    in_bin += distinct[i].second;
    if (!big(i)) small_rows -= distinct[i].second;
    const bool ends =
        big(i) || in_bin * wanted_bins >= wanted_rows || (big(i + 1) && 2 * in_bin * wanted_bins >= wanted_rows);
    if (!ends) continue;
    cut(i);
    if (static_cast<int>(cuts.size()) == max_bins - 1) break;
    in_bin = 0;
    if (!big(i) && small_bins > 0) {
      --small_bins;
      wanted_rows = small_rows;
      wanted_bins = small_bins;
    }
  }
  return cuts;
}

std::vector<double> random_values(unsigned seed) {
  std::mt19937_64 random(seed);
  const std::size_t rows = 2 + random() % 3000;
  std::vector<double> values(rows);
  std::normal_distribution<double> normal;
  for (double& v : values) {
    switch (seed % 5) {
      case 0: v = normal(random); break;
      case 1: v = static_cast<double>(random() % 300); break;
      case 2: v = random() % 10 < 8 ? 0.0 : std::exp(normal(random)); break;   // as spam's: mostly zero
      case 3: v = std::floor(std::exp(2 * normal(random))); break;
      default: v = random() % 2 != 0 ? -0.0 : 0.0; break;
    }
    if (random() % 11 == 0) v = missing;
  }
  return values;
}

TEST(Bins, EqualTheNaiveOracle) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    const int max_bins = seed % 3 == 0 ? 255 : seed % 3 == 1 ? 64 : 2 + static_cast<int>(seed) % 20;
    const std::vector<double> values = random_values(seed);
    const Dataset dataset = binned(table_of({values}), max_bins);
    const Feature& feature = dataset.features.at(0);
    ASSERT_EQ(feature.cuts, naive_cuts(values, max_bins)) << "seed " << seed;
    ASSERT_EQ(feature.bins, static_cast<int>(feature.cuts.size()) + 1);
    ASSERT_LE(feature.bins, max_bins);
    std::vector<std::set<double>> of_bin(static_cast<std::size_t>(feature.bins));
    for (std::size_t r = 0; r < values.size(); ++r) {
      int bin = feature.bins;
      if (!std::isnan(values[r])) {
        bin = static_cast<int>(
            std::count_if(feature.cuts.begin(), feature.cuts.end(), [&](double cut) { return cut < values[r]; }));
        of_bin[static_cast<std::size_t>(bin)].insert(values[r] + 0.0);
      }
      ASSERT_EQ(dataset.bins[r], bin) << "seed " << seed << " row " << r;
    }
    // Up to 256 values of each bin, in their order; no bin is empty.
    std::vector<double> kept;
    for (std::size_t b = 0; b < of_bin.size(); ++b) {
      ASSERT_FALSE(of_bin[b].empty()) << "seed " << seed;
      ASSERT_EQ(feature.bin_begin[b], kept.size()) << "seed " << seed;
      const std::vector<double> all(of_bin[b].begin(), of_bin[b].end());
      const std::size_t most = std::min<std::size_t>(all.size(), 256);
      for (std::size_t i = 0; i < most; ++i) kept.push_back(all[i * all.size() / most]);
    }
    ASSERT_EQ(feature.bin_begin.back(), kept.size());
    ASSERT_EQ(feature.values, kept) << "seed " << seed;
    ASSERT_EQ(dataset.fine.empty(), !feature.has_fine());
    for (std::size_t r = 0; r < dataset.fine.size(); ++r) {
      if (std::isnan(values[r])) {
        ASSERT_EQ(dataset.fine[r], 0);
        continue;
      }
      const auto begin = kept.begin() + feature.bin_begin[dataset.bins[r]];
      const auto end = kept.begin() + feature.bin_begin[dataset.bins[r] + std::size_t{1}];
      ASSERT_EQ(dataset.fine[r], std::upper_bound(begin, end, values[r]) - begin - 1)
          << "seed " << seed << " row " << r;
    }
  }
}

TEST(Bins, DistinctValuesGetABinEachUpToMaxBins) {
  std::vector<double> values;
  for (int i = 0; i < 255; ++i) values.push_back(i);
  EXPECT_EQ(binned(table_of({values})).features[0].bins, 255);
  values.push_back(255);
  const Dataset dataset = binned(table_of({values}));
  EXPECT_LE(dataset.features[0].bins, 255);
  EXPECT_GE(dataset.features[0].bins, 128);
  EXPECT_EQ(binned(table_of({{1, 2, 4}})).features[0].cuts, (std::vector<double>{1.5, 3}));
}

TEST(Bins, QuantilesHaveAboutEqualRows) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  std::vector<double> values(100000);
  for (double& v : values) v = normal(random);
  const Dataset dataset = binned(table_of({values}));
  ASSERT_EQ(dataset.features[0].bins, 255);
  std::vector<int> rows(255);
  for (const std::uint8_t bin : dataset.bins) ++rows[bin];
  EXPECT_GE(*std::min_element(rows.begin(), rows.end()), 100000 / 255 - 2);
  EXPECT_LE(*std::max_element(rows.begin(), rows.end()), 100000 / 255 + 2);
}

TEST(Bins, FrequentValuesDoNotUseUpTheOthersBins) {
  std::vector<double> values(9000, 0.0);
  for (int i = 1; i <= 1000; ++i) values.push_back(i);
  const Dataset dataset = binned(table_of({values}), 101);
  EXPECT_EQ(dataset.features[0].bins, 101);
  EXPECT_EQ(dataset.features[0].cuts[0], 0.5);
  EXPECT_EQ(dataset.features[0].cuts[1], 10.5);
}

TEST(Bins, OneValueOnlyAndMissingOnly) {
  const Dataset dataset = binned(table_of({{5, 5, 5}, {missing, missing, missing}, {missing, 2, missing}}));
  EXPECT_EQ(dataset.features[0].bins, 1);
  EXPECT_FALSE(dataset.features[0].has_missing);
  EXPECT_TRUE(dataset.features[0].cuts.empty());
  EXPECT_EQ(dataset.features[1].bins, 1);
  EXPECT_TRUE(dataset.features[1].has_missing);
  EXPECT_EQ(dataset.features[1].values, (std::vector<double>{0}));
  EXPECT_EQ(dataset.features[2].values, (std::vector<double>{2}));
  EXPECT_EQ(dataset.bins, (std::vector<std::uint8_t>{0, 1, 1, 0, 1, 0, 0, 1, 1}));
}

TEST(Bins, CutsLieBetweenNeighboursEverywhere) {
  const double least = std::numeric_limits<double>::denorm_min(), most = std::numeric_limits<double>::max();
  const std::vector<double> edges = {-most, std::nextafter(-most, 0), -1,  -least, 0, least, 2 * least,
                                     1,     std::nextafter(1.0, 2),   most};
  for (std::size_t i = 0; i < edges.size(); ++i) {
    for (std::size_t j = i + 1; j < edges.size(); ++j) {
      const double cut = cut_between(edges[i], edges[j]);
      EXPECT_LE(edges[i], cut) << edges[i] << " " << edges[j];
      EXPECT_LT(cut, edges[j]) << edges[i] << " " << edges[j];
    }
  }
  EXPECT_EQ(cut_between(-most, most), 0);
  const Dataset dataset = binned(table_of({edges}));
  for (std::size_t i = 0; i < edges.size(); ++i) EXPECT_EQ(dataset.bins[i], i);
}

TEST(Bins, TextIsBinnedByItsCode) {
  Table table = table_of({{2, 0, 1, missing}});
  table.columns[0].type = ColumnType::text;
  table.columns[0].categories = {"a", "b", "c"};
  const Dataset dataset = binned(table);
  EXPECT_EQ(dataset.features[0].type, ColumnType::text);
  EXPECT_EQ(dataset.bins, (std::vector<std::uint8_t>{2, 0, 1, 3}));
  EXPECT_EQ(dataset.features[0].cuts, (std::vector<double>{0.5, 1.5}));
}

TEST(Bins, TheSameForAnyNumberOfThreads) {
  std::mt19937_64 random(9);
  std::vector<std::vector<double>> features(13, std::vector<double>(20000));
  for (std::size_t f = 0; f < features.size(); ++f) {
    for (double& v : features[f]) v = f % 3 == 0 ? static_cast<double>(random() % 7) : static_cast<double>(random());
  }
  const Table table = table_of(std::move(features));
  const Dataset one = binned(table);
  for (const int threads : {2, 5, 16}) {
    const Dataset many = binned(table, 255, threads);
    EXPECT_EQ(many.bins, one.bins);
    EXPECT_EQ(many.hash, one.hash);
  }
}

TEST(Bins, TheHashCoversEverything) {
  const Table base = table_of({{1, 2, 3, 4}, {5, 6, 7, 8}});
  const std::string hash = binned(base).hash;
  EXPECT_EQ(hash.size(), 32u);
  EXPECT_EQ(binned(base).hash, hash);
  Table other = base;
  other.columns[0].values = Cells(std::vector<double>{0, 2, 3, 4});   // same bins, another cut
  EXPECT_NE(binned(other).hash, hash);
  other = base;
  other.columns[1].values = Cells(std::vector<double>{8, 6, 7, 5});   // same cuts, other bins
  EXPECT_NE(binned(other).hash, hash);
  other = base;
  other.columns[0].name = "g";
  EXPECT_NE(binned(other).hash, hash);
  other = base;
  other.columns[2].values = Cells(std::vector<double>{1, 0, 0, 1});
  EXPECT_NE(binned(other).hash, hash);
  other = base;
  other.source = "u.csv";
  EXPECT_EQ(binned(other).hash, hash);
}

}   // namespace
}   // namespace warptune
