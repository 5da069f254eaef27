// The grid sampler: every combination of the space's values.
#pragma once

#include <cstdint>
#include <vector>

#include "warptune/error.h"
#include "warptune/space.h"

namespace warptune {

// Combinations of the space; an error for a float without step, and above 2^53.
[[nodiscard]] Result<std::int64_t> grid_size(const Space& space);

// How many points grid_points would give: more than 10,000,000 are an error, as they are held in memory.
[[nodiscard]] Result<std::int64_t> grid_count(const Space& space, std::int64_t limit);

// The full product in the space's order, the last parameter changing fastest. limit: only so many from the front, 0 all.
[[nodiscard]] Result<std::vector<Point>> grid_points(const Space& space, std::int64_t limit);

}   // namespace warptune
