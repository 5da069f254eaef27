#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "search/grid.h"

namespace warptune {
namespace {

Space space_of(const std::vector<std::string>& texts) {
  Space space;
  for (const std::string& text : texts) space.parameters.push_back(*parse_parameter(text));
  return space;
}

TEST(SpaceGrid, LastParameterChangesFastest) {
  const auto points = grid_points(space_of({"a=int(1,2)", "b=choice(x,y,z)", "c=5"}), 0);
  ASSERT_TRUE(points);
  EXPECT_EQ(*points, (std::vector<Point>{{1, 0, 0}, {1, 1, 0}, {1, 2, 0}, {2, 0, 0}, {2, 1, 0}, {2, 2, 0}}));
}

TEST(SpaceGrid, StepsReachBothEnds) {
  EXPECT_EQ(*grid_points(space_of({"a=int(8,32,step=8)"}), 0), (std::vector<Point>{{8}, {16}, {24}, {32}}));
  const auto tenths = *grid_points(space_of({"a=float(0,0.7,step=0.1)"}), 0);
  ASSERT_EQ(tenths.size(), 8U);
  EXPECT_EQ(tenths.front()[0], 0.0);
  EXPECT_EQ(tenths.back()[0], 0.7);   // 7 * 0.1 is above 0.7
  EXPECT_EQ(grid_points(space_of({"a=int(1,9,log)"}), 0)->size(), 9U);
}

TEST(SpaceGrid, BlogsSearchHas7200DistinctPoints) {
  const Space blog = space_of({"n_estimators=int(50,499)", "max_depth=int(2,9)", "criterion=choice(gini,entropy)"});
  const auto points = grid_points(blog, 0);
  ASSERT_TRUE(points);
  EXPECT_EQ(points->size(), 7200U);
  EXPECT_EQ(std::set<Point>(points->begin(), points->end()).size(), 7200U);
  for (const Point& point : *points)
    for (std::size_t p = 0; p < point.size(); ++p) ASSERT_TRUE(contains(blog.parameters[p].distribution, point[p]));
}

TEST(SpaceGrid, LimitTakesTheFront) {
  const Space space = space_of({"a=int(1,1000000)", "b=int(1,1000000)"});
  const auto points = grid_points(space, 3);
  ASSERT_TRUE(points);
  EXPECT_EQ(*points, (std::vector<Point>{{1, 1}, {1, 2}, {1, 3}}));
  EXPECT_EQ(grid_points(space_of({"a=int(1,2)"}), 100)->size(), 2U);
}

TEST(SpaceGrid, TooManyPointsAreAnError) {
  EXPECT_EQ(*grid_count(space_of({"a=int(1,10000000)"}), 0), 10000000);
  EXPECT_FALSE(grid_count(space_of({"a=int(1,10000001)"}), 0));
  EXPECT_FALSE(grid_points(space_of({"a=int(1,1000000)", "b=int(1,1000000)"}), 0));
  EXPECT_FALSE(grid_points(space_of({"a=int(1,1000000000)", "b=int(1,1000000000)"}), 5));   // beyond 2^53
}

TEST(SpaceGrid, AFloatNeedsAStep) {
  const auto points = grid_points(space_of({"a=int(1,2)", "rate=float(0,1)"}), 0);
  ASSERT_FALSE(points);
  EXPECT_NE(points.error().message.find("space.rate: a grid needs a step"), std::string::npos);
  EXPECT_FALSE(grid_points(space_of({"rate=log(0.1,1)"}), 0));
}

}   // namespace
}   // namespace warptune
