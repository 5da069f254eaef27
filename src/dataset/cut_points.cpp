#include "dataset/cut_points.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include "table/packed_cells.h"

namespace warptune {
namespace {

constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;

// Unsigned order of the keys is the order of the numbers.
std::uint64_t key_of(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  return (bits & sign_bit) != 0 ? ~bits : bits | sign_bit;
}

double value_of_key(std::uint64_t key) { return std::bit_cast<double>((key & sign_bit) != 0 ? key & ~sign_bit : ~key); }

// Sorts by the upper 33 bits with a radix sort, least significant digit first, then the short runs that agree in them. The
// sign, the exponent and 21 bits of the mantissa tell nearly all values of a table apart, in half the passes of all 64 bits.
constexpr int low_bits = 31, digit_bits = 11, passes = 3;

void sort_keys(std::vector<std::uint64_t>& keys, std::vector<std::uint64_t>& spare) {
  constexpr std::size_t buckets = std::size_t{1} << digit_bits;
  const auto digit = [](std::uint64_t key, int pass) {
    return (key >> (low_bits + pass * digit_bits)) & (buckets - 1);
  };
  std::array<std::array<std::uint32_t, buckets>, passes> counts{};
  for (const std::uint64_t key : keys) {
    for (int pass = 0; pass < passes; ++pass) ++counts[pass][digit(key, pass)];
  }
  spare.resize(keys.size());
  for (int pass = 0; pass < passes; ++pass) {
    std::array<std::uint32_t, buckets>& at = counts[pass];
    if (at[digit(keys[0], pass)] == keys.size()) continue;
    std::uint32_t begin = 0;
    for (std::uint32_t& count : at) begin += std::exchange(count, begin);
    for (const std::uint64_t key : keys) spare[at[digit(key, pass)]++] = key;
    keys.swap(spare);
  }
  for (auto run = keys.begin(); run != keys.end();) {
    auto end = run + 1;
    bool sorted = true;
    for (; end != keys.end() && *end >> low_bits == *run >> low_bits; ++end) sorted = sorted && end[-1] <= *end;
    if (!sorted) std::sort(run, end);
    run = end;
  }
}

}   // namespace

const DistinctValues& distinct_values(const Cells& values, SortSpace& space) {
  DistinctValues& distinct = space.distinct;
  if (std::optional<PackedCells::Counts> counts = values.packed().counts()) {
    distinct = {std::move(counts->values), std::move(counts->counts), counts->has_missing};
    return distinct;
  }
  std::vector<std::uint64_t>& keys = space.keys;
  keys.clear();
  keys.reserve(values.size());
  values.for_each_piece([&](std::span<const double> piece) {
    for (const double value : piece) {
      if (!std::isnan(value)) keys.push_back(key_of(value));
    }
  });
  distinct.has_missing = keys.size() < values.size();
  distinct.values.clear();
  distinct.counts.clear();
  constexpr std::size_t few = 512;   // below, clearing the counters of a radix sort takes longer
  if (keys.size() < few) {
    std::sort(keys.begin(), keys.end());
  } else {
    sort_keys(keys, space.spare);
  }
  for (std::size_t i = 0; i < keys.size();) {
    std::size_t end = i + 1;
    while (end < keys.size() && keys[end] == keys[i]) ++end;
    distinct.values.push_back(value_of_key(keys[i]));
    distinct.counts.push_back(static_cast<std::uint32_t>(end - i));
    i = end;
  }
  return distinct;
}

std::vector<std::uint32_t> bin_ends(std::span<const std::uint32_t> counts, int max_bins) {
  std::vector<std::uint32_t> ends;
  const std::size_t distinct = counts.size();
  if (distinct <= static_cast<std::size_t>(max_bins)) {
    for (std::uint32_t i = 0; i + 1 < distinct; ++i) ends.push_back(i);
    return ends;
  }
  std::uint64_t rows = 0;
  for (const std::uint32_t count : counts) rows += count;
  const auto bins = static_cast<std::uint64_t>(max_bins);
  const auto is_big = [&](std::size_t i) { return counts[i] * bins >= rows; };
  // Rows of small values, and the bins that are left for them.
  std::uint64_t small_rows = rows, small_bins = bins;
  for (std::size_t i = 0; i < distinct; ++i) {
    if (!is_big(i)) continue;
    small_rows -= counts[i];
    --small_bins;
  }
  std::uint64_t in_bin = 0;
  // The share of a bin is share_rows / share_bins; it is taken anew when a bin of small values ends.
  std::uint64_t share_rows = small_rows, share_bins = small_bins;
  for (std::size_t i = 0; i + 1 < distinct && ends.size() + 1 < bins; ++i) {
    const bool big = is_big(i);
    if (!big) small_rows -= counts[i];
    in_bin += counts[i];
    const bool full = in_bin * share_bins >= share_rows;
    const bool half_full = 2 * in_bin * share_bins >= share_rows;
    if (!big && !full && !(is_big(i + 1) && half_full)) continue;
    ends.push_back(static_cast<std::uint32_t>(i));
    in_bin = 0;
    if (big || small_bins == 0) continue;
    --small_bins;
    share_rows = small_rows;
    share_bins = small_bins;
  }
  return ends;
}

double cut_between(double left, double right) {
  double middle = (left + right) * 0.5;
  if (!std::isfinite(middle)) middle = left * 0.5 + right * 0.5;
  return middle >= left && middle < right ? middle : left;
}

}   // namespace warptune
