// Where a feature is cut into bins. Pure functions of the sorted distinct values and their counts, so that a device that
// sorts by itself gets the same cuts, byte for byte.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "warptune/column.h"

namespace warptune {

struct DistinctValues {
  std::vector<double> values;          // ascending, no NaN, no -0
  std::vector<std::uint32_t> counts;   // [values] rows that have it, at least 1
  bool has_missing = false;
};
// Memory that one column after another uses.
struct SortSpace {
  std::vector<std::uint64_t> keys, spare;
  DistinctValues distinct;
};
// values: of all rows, NaN is missing. The result lies in `space`.
[[nodiscard]] const DistinctValues& distinct_values(const Cells& values, SortSpace& space);

// The index of the last distinct value of each bin but the last, ascending. Up to max_bins distinct values: each has its
// own bin. Else greedy as LightGBM (GreedyFindBin in src/io/bin.cpp), in integers: a value with at least rows/max_bins rows
// is big and ends its bin; a bin also ends when it has its share of the rows that are not in big values, or half of it if a
// big value comes next. No value is split, and no bin is empty.
[[nodiscard]] std::vector<std::uint32_t> bin_ends(std::span<const std::uint32_t> counts, int max_bins);

// Half-way between two neighbours: left <= cut < right, also where the middle rounds or overflows.
[[nodiscard]] double cut_between(double left, double right);

}   // namespace warptune
