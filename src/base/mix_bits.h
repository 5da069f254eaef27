// A hash of 64 bits on the host, where keys and seeds are made.
#pragma once

#include <cstdint>

namespace warptune {

// SplitMix64's finaliser (Steele et al., 2014): each bit of z changes about half of the bits.
[[nodiscard]] constexpr std::uint64_t mix_bits(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

}   // namespace warptune
