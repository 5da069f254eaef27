// Grid search: one generation, every combination of the space's values, or as many of them as there are to be trials.
#pragma once

#include <memory>

#include "search/sampler.h"

namespace warptune {

[[nodiscard]] std::unique_ptr<Sampler> grid_sampler(const Study& study, Draw draw);
// Floats need a step, and the points must fit into memory.
[[nodiscard]] Result<void> check_grid(const Study& study, const Origins& origins);

}   // namespace warptune
