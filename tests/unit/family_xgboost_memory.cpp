#include "family/xgboost/memory.h"

#include <gtest/gtest.h>

namespace warptune {
namespace {

constexpr BoosterShape shape{10'000, 5'000, 10, 2};
constexpr std::uint64_t without_histograms = (64u << 20) + 10'000 * 50 + 15'000 * 12;

TEST(XgboostMemory, NodesAreBoundedByDepthLeavesAndRows) {
  EXPECT_EQ(histogram_nodes({}, 1000), 63u);   // XGBoost's default depth
  EXPECT_EQ(histogram_nodes({{"max_depth", "3"}}, 1000), 7u);
  EXPECT_EQ(histogram_nodes({{"max_depth", "0"}}, 1000), 2000u);
  EXPECT_EQ(histogram_nodes({{"max_depth", "0"}, {"max_leaves", "31"}}, 1000), 61u);
  EXPECT_EQ(histogram_nodes({{"max_depth", "2"}, {"max_leaves", "31"}}, 1000), 3u);
  EXPECT_EQ(histogram_nodes({{"max_depth", "100"}}, 1000), 2000u);
  EXPECT_EQ(histogram_nodes({{"max_depth", "40"}}, 1000), 2000u);
  EXPECT_EQ(histogram_nodes({{"max_depth", "9"}, {"max_depth", "2"}}, 1000), 3u);   // the last one counts
  EXPECT_EQ(histogram_nodes({{"max_depth", "six"}}, 1000), 63u);                    // which XGBoost will refuse
  EXPECT_EQ(histogram_nodes({{"max_depth", "0"}}, 0), 1u);
}

TEST(XgboostMemory, AFewDozenToAFewHundredNodesAreKept) {
  EXPECT_EQ(cached_nodes(3), 64u);
  EXPECT_EQ(cached_nodes(127), 127u);
  EXPECT_EQ(cached_nodes(100'000), 256u);
}

TEST(XgboostMemory, ABoosterNeedsItsRowsAndItsHistograms) {
  EXPECT_EQ(booster_bytes(shape, {}), without_histograms + 63ull * 10 * 256 * 16);
  EXPECT_EQ(booster_bytes(shape, {{"max_bin", "16"}, {"max_depth", "1"}}), without_histograms + 10ull * 16 * 16);
  EXPECT_EQ(booster_bytes(shape, {{"max_depth", "12"}, {"max_cached_hist_node", "256"}}),
            without_histograms + 256ull * 10 * 256 * 16);
  const BoosterShape letters{10'000, 5'000, 10, 26};
  EXPECT_EQ(booster_bytes(letters, {}) - booster_bytes(shape, {}), 25ull * 15'000 * 12);
}

TEST(XgboostMemory, MatricesAreBitsOfBinsAndOneIsBuiltAtATime) {
  // 10 features x 256 bins are 2,560 numbers: 12 bits.
  EXPECT_EQ(matrices_bytes(shape, {}, 1), 150'000ull * 12 / 8 + 150'000 * 12);
  EXPECT_EQ(matrices_bytes(shape, {}, 5), 5 * (150'000ull * 12 / 8) + 150'000 * 12);
}

}   // namespace
}   // namespace warptune
