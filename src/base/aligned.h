// Sizes in whole units of memory.
#pragma once

#include <cstdint>

namespace warptune {

// A cache line; what arrays that follow each other in one piece of memory begin at.
inline constexpr std::uint64_t line_bytes = 64;
// The same in a GPU's memory, as cudaMalloc has it.
inline constexpr std::uint64_t device_line_bytes = 256;
inline constexpr std::uint64_t page_bytes = 4096;

// unit: a power of two.
[[nodiscard]] constexpr std::uint64_t aligned(std::uint64_t bytes, std::uint64_t unit = line_bytes) {
  return (bytes + unit - 1) & ~(unit - 1);
}

}   // namespace warptune
