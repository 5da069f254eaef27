#include "search/grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "space/distribution.h"

namespace warptune {
namespace {

constexpr double exact_integers = 9007199254740992;   // 2^53
constexpr std::int64_t most_points = 10'000'000;

Result<double> values_of(const Parameter& parameter) {
  const Distribution& distribution = parameter.distribution;
  const bool range = distribution.kind == Distribution::Kind::integer || distribution.kind == Distribution::Kind::real;
  if (!range) return static_cast<double>(distribution.choices.size());
  if (distribution.step <= 0)
    return failure(fmt::format("space.{}: a grid needs a step for a float", parameter.name),
                   fmt::format("write {}=float(LOW,HIGH,step=STEP), or --sampler random", parameter.name));
  return count_of_steps(distribution);
}

// Value number `index` of a parameter. The end of a stepped range is the user's own number, not low + n * step rounded.
double value_at(const Distribution& distribution, std::int64_t index) {
  const bool range = distribution.kind == Distribution::Kind::integer || distribution.kind == Distribution::Kind::real;
  if (!range) return static_cast<double>(index);
  return std::min(distribution.low + static_cast<double>(index) * distribution.step, distribution.high);
}

}   // namespace

Result<std::int64_t> grid_size(const Space& space) {
  double size = 1;
  for (const Parameter& parameter : space.parameters) {
    auto values = values_of(parameter);
    if (!values) return tl::unexpected(values.error());
    size *= *values;
    if (size > exact_integers)
      return failure("the grid has more than 2^53 points", "shorten a range, or --sampler random");
  }
  return static_cast<std::int64_t>(size);
}

Result<std::int64_t> grid_count(const Space& space, std::int64_t limit) {
  auto size = grid_size(space);
  if (!size) return tl::unexpected(size.error());
  const std::int64_t count = limit > 0 ? std::min(limit, *size) : *size;
  if (count > most_points)
    return failure(fmt::format("the grid has {} points, at most {} can be tried", *size, most_points),
                   "shorten a range, take larger steps, give --trials N for the first N, or --sampler random");
  return count;
}

Result<std::vector<Point>> grid_points(const Space& space, std::int64_t limit) {
  auto count = grid_count(space, limit);
  if (!count) return tl::unexpected(count.error());
  const std::size_t width = space.parameters.size();
  std::vector<std::int64_t> sizes(width);
  for (std::size_t p = 0; p < width; ++p) sizes[p] = static_cast<std::int64_t>(*values_of(space.parameters[p]));
  std::vector<std::int64_t> index(width, 0);
  std::vector<Point> points;
  points.reserve(static_cast<std::size_t>(*count));
  for (std::int64_t i = 0; i < *count; ++i) {
    Point& point = points.emplace_back(width);
    for (std::size_t p = 0; p < width; ++p) point[p] = value_at(space.parameters[p].distribution, index[p]);
    for (std::size_t p = width; p-- > 0;) {   // count up, last digit first
      if (++index[p] < sizes[p]) break;
      index[p] = 0;
    }
  }
  return points;
}

}   // namespace warptune
