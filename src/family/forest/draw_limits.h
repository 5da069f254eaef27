// How many rows the bootstraps of a study's trees draw: what devices need to know of it, and whether it can be counted.
#pragma once

#include <string>

#include "family/forest/fit_context.h"
#include "warptune/error.h"
#include "warptune/family.h"
#include "warptune/space.h"

namespace warptune {

// A tree keeps how often it drew each of its rows in 24 bits. With no more draws than this no row's count can be too large;
// a tree of more training rows may draw as many as it has.
inline constexpr std::uint64_t most_draws = (1u << 24) - 1;

// Entropy terms c log2 c * 2^32 of a tree of more draws than this do not fit the integers that they are summed in.
inline constexpr std::uint64_t most_entropy_draws = 81'703'408;

// From the values that the space can give; dataset_rows: of all folds.
[[nodiscard]] DrawNeeds draw_needs(const Space& space, std::size_t dataset_rows);

// Before a study of forests: whether every tree's draws can be counted, and their entropy summed.
[[nodiscard]] Result<void> check_draws(const Space& space, const Dataset& dataset, const Split& split);

}   // namespace warptune
