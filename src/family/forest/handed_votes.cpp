#include "family/forest/handed_votes.h"

namespace warptune {

namespace {

// Calls copy(place in handed, place in votes) for each number.
template <class Copy>
void each_vote(const PreparedFit& fit, Copy copy) {
  const std::uint64_t rows = fit.validation_rows, tile = fit.fit.tile, values = fit.fit.values;
  std::uint64_t handed = 0;
  for (std::uint64_t s = 0; s < fit.fit.structures; ++s)
    for (std::uint64_t row = 0; row < rows; ++row)
      for (std::uint64_t k = 0; k < values; ++k)
        copy(handed++, ((s / tile * rows + row) * tile + s % tile) * values + k);
}

}   // namespace

std::vector<std::uint64_t> handed_votes(const PreparedFit& fit, const std::uint64_t* votes) {
  std::vector<std::uint64_t> handed(fit.fit.structures * fit.numbers_per_structure());
  each_vote(fit, [&](std::uint64_t to, std::uint64_t from) { handed[to] = votes[from]; });
  return handed;
}

void place_votes(const PreparedFit& fit, std::span<const std::uint64_t> handed, std::uint64_t* votes) {
  each_vote(fit, [&](std::uint64_t from, std::uint64_t to) { votes[to] = handed[from]; });
}

}   // namespace warptune
