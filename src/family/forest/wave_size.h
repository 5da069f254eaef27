// How many trees a wave has where waves are to take a time.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace warptune {

// The wave before had so many trees and took so long. At most eight times as many, at least `least`.
[[nodiscard]] inline std::uint32_t trees_of_next_wave(std::uint32_t trees, std::chrono::steady_clock::duration took,
                                                      std::chrono::steady_clock::duration wanted, std::uint32_t least) {
  const double share = std::chrono::duration<double>(wanted) / std::chrono::duration<double>(took);
  return static_cast<std::uint32_t>(std::clamp(trees * std::min(share, 8.0), static_cast<double>(least), 1e9));
}

}   // namespace warptune
