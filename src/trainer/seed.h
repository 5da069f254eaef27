// The study's seed, of 64 bits, for those who take fewer.
#pragma once

#include <cstdint>

namespace warptune {

// Itself if it has no more bits than that; else a hash of all of them.
[[nodiscard]] inline std::uint64_t seed_of_bits(std::uint64_t seed, int bits) {
  if (seed >> bits == 0) return seed;
  // The last steps of splitmix64: each bit of the seed changes about half of the bits that are left.
  seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9;
  seed = (seed ^ (seed >> 27)) * 0x94d049bb133111eb;
  return (seed ^ (seed >> 31)) >> (64 - bits);
}

}   // namespace warptune
