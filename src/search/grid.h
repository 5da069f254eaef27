// The grid sampler: every combination of the space's values, or some of them.
#pragma once

#include <cstdint>
#include <vector>

#include "warptune/error.h"
#include "warptune/space.h"

namespace warptune {

struct GridSizes {
  std::vector<std::uint64_t> values;   // of each parameter
  double points = 1;                   // their product, exact up to 2^53
};
// An error for a float without step.
[[nodiscard]] Result<GridSizes> grid_sizes(const Space& space);

// How many points grid_points would give: more than 10,000,000 are an error, as they are held in memory.
[[nodiscard]] Result<std::int64_t> grid_count(const Space& space, std::int64_t limit);

// limit 0: the full product in the space's order, the last parameter changing fastest. Above 0: so many of its points
// (all, if it has fewer), evenly over the grid, each once; a larger limit goes on behind those of a smaller one.
[[nodiscard]] Result<Points> grid_points(const Space& space, std::int64_t limit);

// Different values that a distribution has; infinity for a float without step.
[[nodiscard]] double count_of_values(const Distribution& distribution);

// Different settings that a space has; infinity for one with a float without step.
[[nodiscard]] double count_of_settings(const Space& space);

}   // namespace warptune
