// Votes as a range of a fit's trees hands them on to the next: [structures][validation rows][values], of the task's
// structures; from and to the kernels' order, which is Fit::votes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "family/forest/prepared_fit.h"

namespace warptune {

// votes: [tiles][validation rows][tile][values].
[[nodiscard]] std::vector<std::uint64_t> handed_votes(const PreparedFit& fit, const std::uint64_t* votes);
void place_votes(const PreparedFit& fit, std::span<const std::uint64_t> handed, std::uint64_t* votes);

}   // namespace warptune
