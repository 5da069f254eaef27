// How many multiprocessors of a GPU grow one tree together.
#pragma once

#include <algorithm>
#include <cstdint>

namespace warptune {

// Trees of fewer rows are one block's. The blocks of a gang wait for each other some twenty times a level, a few microseconds each:
// of this many rows of each block that is a small part.
inline constexpr std::uint64_t least_gang_rows = 1 << 17, least_rows_of_block = 1 << 14;
inline constexpr std::uint32_t largest_gang = 64;

// What a gang takes for a tree, where a block alone takes 1: this, shared by its blocks (they have two thirds of the lanes, and add up
// what they counted), and what the rows would take for which they wait. By gpulab's latency, see bench/README.md.
inline constexpr double gang_cost = 1.8, gang_wait_rows = 8000;

[[nodiscard]] constexpr std::uint32_t most_gang(std::uint64_t rows) {
  return rows < least_gang_rows
             ? 1
             : static_cast<std::uint32_t>(std::min<std::uint64_t>(rows / least_rows_of_block, largest_gang));
}

// A block alone takes 1.
[[nodiscard]] constexpr double gang_turn(std::uint32_t size, std::uint64_t rows) {
  return size == 1 ? 1 : gang_cost / size + gang_wait_rows / static_cast<double>(rows);
}
inline constexpr double worth_a_gang = 0.9;   // of what a block for each tree takes

// Of so many trees of so many rows; 1: a block each. Gangs may take turns, where that leaves fewer multiprocessors idle.
[[nodiscard]] constexpr std::uint32_t gang_size(std::uint32_t trees, std::uint64_t rows, std::uint32_t processors) {
  if (trees == 0 || trees >= processors) return 1;
  const auto cost = [&](std::uint32_t size) {
    const std::uint32_t gangs = processors / size, turns = (trees + gangs - 1) / gangs;
    return turns * gang_turn(size, rows);
  };
  std::uint32_t best = 1;
  double least = worth_a_gang;
  for (std::uint32_t size = 2; size <= std::min(most_gang(rows), processors); ++size)
    if (const double c = cost(size); c < least) {
      best = size;
      least = c;
    }
  return best;
}

}   // namespace warptune
