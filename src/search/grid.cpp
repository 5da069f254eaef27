#include "search/grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "base/setting_mark.h"
#include "search/spread_order.h"
#include "space/distribution.h"

namespace warptune {
namespace {

constexpr double most_points = 10'000'000;

bool is_range(const Distribution& distribution) {
  return distribution.kind == Distribution::Kind::integer || distribution.kind == Distribution::Kind::real;
}

Result<double> values_of(const Parameter& parameter) {
  if (is_range(parameter.distribution) && parameter.distribution.step <= 0)
    return failure(fmt::format("space.{}: a grid needs a step for a float", parameter.name),
                   fmt::format("write {}=float(LOW,HIGH,step=STEP), or {}", parameter.name,
                               setting_mark("search.sampler", "random")));
  return count_of_values(parameter.distribution);
}

// Value number `index` of a parameter. Rounding takes none beyond the end of its range.
double value_at(const Distribution& distribution, std::uint64_t index) {
  if (!is_range(distribution)) return static_cast<double>(index);
  return std::min(distribution.low + static_cast<double>(index) * distribution.step, distribution.high);
}

// The last digit first.
void count_up(std::vector<std::uint64_t>& index, const std::vector<std::uint64_t>& sizes) {
  for (std::size_t p = sizes.size(); p-- > 0;) {
    if (++index[p] < sizes[p]) return;
    index[p] = 0;
  }
}

}   // namespace

Result<GridSizes> grid_sizes(const Space& space) {
  GridSizes sizes;
  for (const Parameter& parameter : space.parameters) {
    auto values = values_of(parameter);
    if (!values) return tl::unexpected(values.error());
    sizes.values.push_back(static_cast<std::uint64_t>(*values));
    sizes.points *= *values;
  }
  return sizes;
}

Result<std::int64_t> grid_count(const Space& space, std::int64_t limit) {
  auto sizes = grid_sizes(space);
  if (!sizes) return tl::unexpected(sizes.error());
  const double count = limit > 0 ? std::min(static_cast<double>(limit), sizes->points) : sizes->points;
  if (count > most_points)
    return failure(
        fmt::format("the grid has {:.15g} points, at most {} can be tried", sizes->points, most_points),
        fmt::format("shorten a range, take larger steps, give {} for N of them that lie evenly over the grid, or {}",
                    setting_mark("search.trials", "N"), setting_mark("search.sampler", "random")));
  return static_cast<std::int64_t>(count);
}

Result<Points> grid_points(const Space& space, std::int64_t limit) {
  auto count = grid_count(space, limit);
  if (!count) return tl::unexpected(count.error());
  const std::size_t width = space.parameters.size();
  const std::vector<std::uint64_t> sizes = grid_sizes(space)->values;
  const SpreadOrder spread(sizes);
  std::vector<std::uint64_t> index(width, 0);
  std::vector<double> values;   // [points][width]
  values.reserve(static_cast<std::size_t>(*count) * width);
  for (std::int64_t i = 0; i < *count; ++i) {
    if (limit > 0) index = spread.at(static_cast<std::uint64_t>(i));
    for (std::size_t p = 0; p < width; ++p) values.push_back(value_at(space.parameters[p].distribution, index[p]));
    if (limit == 0) count_up(index, sizes);
  }
  return Points(width, std::move(values));
}

double count_of_values(const Distribution& distribution) {
  if (!is_range(distribution)) return static_cast<double>(distribution.choices.size());
  if (distribution.step > 0) return count_of_steps(distribution);
  return distribution.low < distribution.high ? std::numeric_limits<double>::infinity() : 1;
}

double count_of_settings(const Space& space) {
  double count = 1;
  for (const Parameter& parameter : space.parameters) count *= count_of_values(parameter.distribution);
  return count;
}

}   // namespace warptune
