// The study's seed, of 64 bits, for those who take fewer.
#pragma once

#include <cstdint>

#include "base/mix_bits.h"

namespace warptune {

// Itself if it has no more bits than that; else a hash of all of them.
[[nodiscard]] inline std::uint64_t seed_of_bits(std::uint64_t seed, int bits) {
  return seed >> bits == 0 ? seed : mix_bits(seed) >> (64 - bits);
}

}   // namespace warptune
