#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "search/grid.h"

#include "tests/reference/point_list.h"

namespace warptune {
namespace {

Space space_of(const std::vector<std::string>& texts) {
  Space space;
  for (const std::string& text : texts) space.parameters.push_back(*parse_parameter(text));
  return space;
}

Result<std::vector<Point>> grid_list(const Space& space, std::int64_t limit) {
  return grid_points(space, limit).map(test::list_of);
}

TEST(SpaceGrid, LastParameterChangesFastest) {
  const auto points = grid_list(space_of({"a=int(1,2)", "b=choice(x,y,z)", "c=5"}), 0);
  ASSERT_TRUE(points);
  EXPECT_EQ(*points, (std::vector<Point>{{1, 0, 0}, {1, 1, 0}, {1, 2, 0}, {2, 0, 0}, {2, 1, 0}, {2, 2, 0}}));
}

TEST(SpaceGrid, StepsReachBothEnds) {
  EXPECT_EQ(*grid_list(space_of({"a=int(8,32,step=8)"}), 0), (std::vector<Point>{{8}, {16}, {24}, {32}}));
  const auto tenths = *grid_list(space_of({"a=float(0,0.7,step=0.1)"}), 0);
  ASSERT_EQ(tenths.size(), 8U);
  EXPECT_EQ(tenths.front()[0], 0.0);
  EXPECT_EQ(tenths.back()[0], 0.7);   // 7 * 0.1 is above 0.7
  EXPECT_EQ(grid_list(space_of({"a=int(1,9,log)"}), 0)->size(), 9U);
}

TEST(SpaceGrid, BlogsSearchHas7200DistinctPoints) {
  const Space blog = space_of({"n_estimators=int(50,499)", "max_depth=int(2,9)", "criterion=choice(gini,entropy)"});
  const auto points = grid_list(blog, 0);
  ASSERT_TRUE(points);
  EXPECT_EQ(points->size(), 7200U);
  EXPECT_EQ(std::set<Point>(points->begin(), points->end()).size(), 7200U);
  for (const Point& point : *points)
    for (std::size_t p = 0; p < point.size(); ++p) ASSERT_TRUE(contains(blog.parameters[p].distribution, point[p]));
}

// How often each value of a parameter comes up among the points.
std::map<double, int> counts(const std::vector<Point>& points, std::size_t parameter) {
  std::map<double, int> seen;
  for (const Point& point : points) ++seen[point[parameter]];
  return seen;
}

TEST(SpaceGrid, ALimitTakesPointsEvenlyOverTheGrid) {
  const Space space = space_of({"a=int(1,10)", "b=int(1,10)", "c=choice(x,y)"});
  for (const int limit : {10, 20, 50, 100, 200}) {
    const auto points = grid_list(space, limit);
    ASSERT_TRUE(points);
    EXPECT_EQ(std::set<Point>(points->begin(), points->end()).size(), static_cast<std::size_t>(limit));
    for (std::size_t p = 0; p < 3; ++p) {
      const auto seen = counts(*points, p);
      ASSERT_EQ(seen.size(), p < 2 ? 10U : 2U);
      for (const auto& [value, times] : seen) EXPECT_EQ(times, limit / static_cast<int>(seen.size())) << p << value;
    }
  }
  EXPECT_EQ(grid_list(space_of({"a=int(1,2)"}), 100)->size(), 2U);
}

TEST(SpaceGrid, AFewValuesOfALongRangeLieApart) {
  const auto points = *grid_list(space_of({"a=int(0,999999)", "b=int(0,999999)"}), 8);
  for (std::size_t p = 0; p < 2; ++p) {
    std::set<int> eighths;
    for (const Point& point : points) eighths.insert(static_cast<int>(point[p] / 125000));
    EXPECT_EQ(eighths.size(), 8U) << p;
  }
}

TEST(SpaceGrid, ALargerLimitGoesOnBehindASmallerOne) {
  const Space space = space_of({"a=int(1,30)", "b=choice(x,y,z)", "c=int(8,256,step=8)", "d=int(1,7)"});
  const auto all = *grid_list(space, 30 * 3 * 32 * 7);
  for (const std::size_t limit : {1U, 7U, 100U, 5000U})
    EXPECT_EQ(*grid_list(space, static_cast<std::int64_t>(limit)),
              std::vector<Point>(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(limit)));
  auto plain = *grid_list(space, 0), sorted = all;
  std::sort(plain.begin(), plain.end());
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(sorted, plain);
}

TEST(SpaceGrid, AGridOfAnySizeHasEvenPoints) {
  std::vector<std::string> texts;
  for (int i = 0; i < 60; ++i) texts.push_back("p" + std::to_string(i) + "=choice(x,y)");
  const auto points = *grid_list(space_of(texts), 1000);
  EXPECT_EQ(std::set<Point>(points.begin(), points.end()).size(), 1000U);
  for (std::size_t p = 0; p < 60; ++p) {
    EXPECT_NEAR(counts(points, p)[0], 500, 10) << p;
    for (std::size_t q = 0; q < p; ++q) {   // and two parameters do not move together
      int same = 0;
      for (const Point& point : points) same += point[p] == point[q];
      EXPECT_NEAR(same, 500, 150) << p << " " << q;
    }
  }
  const auto wide = *grid_list(space_of({"a=int(1,1000000000)", "b=int(1,1000000000)", "c=int(1,1000000000)"}), 100);
  EXPECT_EQ(std::set<Point>(wide.begin(), wide.end()).size(), 100U);
}

TEST(SpaceGrid, TooManyPointsAreAnError) {
  EXPECT_EQ(*grid_count(space_of({"a=int(1,10000000)"}), 0), 10000000);
  EXPECT_FALSE(grid_count(space_of({"a=int(1,10000001)"}), 0));
  EXPECT_FALSE(grid_list(space_of({"a=int(1,1000000)", "b=int(1,1000000)"}), 0));
}

TEST(SpaceGrid, CountsTheSettingsOfAnySpace) {
  EXPECT_EQ(count_of_settings(space_of({"a=int(1,10)", "b=choice(x,y)", "c=5", "d=float(0,1,step=0.5)"})), 60);
  EXPECT_EQ(count_of_settings(space_of({"a=int(1,9,log)", "b=float(1,1)"})), 9);
  EXPECT_TRUE(std::isinf(count_of_settings(space_of({"a=log(0.1,1)"}))));
}

TEST(SpaceGrid, AFloatNeedsAStep) {
  const auto points = grid_list(space_of({"a=int(1,2)", "rate=float(0,1)"}), 0);
  ASSERT_FALSE(points);
  EXPECT_NE(points.error().message.find("space.rate: a grid needs a step"), std::string::npos);
  EXPECT_FALSE(grid_list(space_of({"rate=log(0.1,1)"}), 0));
}

}   // namespace
}   // namespace warptune
