// The points of a matrix one by one, for tests that sort and compare them.
#pragma once

#include <vector>

#include "warptune/space.h"

namespace warptune::test {

inline std::vector<Point> list_of(const Points& points) {
  std::vector<Point> list;
  for (std::size_t i = 0; i < points.size(); ++i) list.emplace_back(points[i].begin(), points[i].end());
  return list;
}

}   // namespace warptune::test
