// How many multiprocessors grow a tree together.
#include <gtest/gtest.h>

#include "family/forest/gangs.h"

namespace warptune {
namespace {

constexpr std::uint64_t million = 1'000'000;

TEST(FamilyForestGangs, TreesOfFewRowsAreABlocksEach) {
  EXPECT_EQ(gang_size(1, least_gang_rows - 1, 132), 1U);
  EXPECT_EQ(gang_size(1, least_gang_rows, 132), 8U);   // each block has enough rows
  EXPECT_EQ(gang_size(1, million, 132), 61U);
  EXPECT_EQ(gang_size(1, 1000 * million, 132), largest_gang);
}

TEST(FamilyForestGangs, FewTreesShareAllMultiprocessors) {
  EXPECT_EQ(gang_size(10, million, 132), 13U);
  EXPECT_EQ(gang_size(13, million, 132), 10U);   // 100 trees over eight GPUs
  EXPECT_EQ(gang_size(50, million, 132), 13U);   // five turns of ten gangs, where two blocks each would leave 32 idle
  EXPECT_EQ(gang_size(100, million, 132), 1U);   // nearly a block each: ten turns would take longer
  EXPECT_EQ(gang_size(2, million, 40), 20U);
}

TEST(FamilyForestGangs, AsManyTreesAsMultiprocessorsHaveABlockEach) {
  EXPECT_EQ(gang_size(0, million, 132), 1U);
  EXPECT_EQ(gang_size(120, million, 132), 1U);
  EXPECT_EQ(gang_size(132, million, 132), 1U);
  EXPECT_EQ(gang_size(100'000, million, 132), 1U);
  EXPECT_EQ(gang_size(1, million, 1), 1U);
}

TEST(FamilyForestGangs, NoMoreBlocksThanMultiprocessors) {
  for (std::uint32_t processors = 1; processors < 200; ++processors)
    for (std::uint32_t trees = 1; trees < 220; trees += 3) {
      const std::uint32_t size = gang_size(trees, million, processors);
      ASSERT_GE(size, 1U);
      ASSERT_LE(size, processors);
    }
}

}   // namespace
}   // namespace warptune
