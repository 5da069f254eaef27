#include "search/spread_order.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/mix_bits.h"

namespace warptune {
namespace {

std::uint64_t mixed(std::uint64_t x) { return mix_bits(x + 0x9E3779B97F4A7C15u); }

// Element `index` of an order of 0 .. size - 1: takes turns between the halves of the range, and within each half between
// its halves; the key says which half begins.
std::uint64_t turns(std::uint64_t size, std::uint64_t index, std::uint64_t key) {
  std::uint64_t low = 0;
  while (size > 1) {
    key = mixed(key);
    const bool upper_begins = (key & 1) != 0;
    const bool upper = upper_begins != ((index & 1) != 0);
    const std::uint64_t first = size - size / 2;   // of the half that begins: the larger one
    const std::uint64_t lower = upper_begins ? size - first : first;
    if (upper) low += lower;
    key += upper ? 2 : 1;
    size = upper ? size - lower : lower;
    index /= 2;
  }
  return low;
}

std::uint64_t sum_modulo(std::uint64_t a, std::uint64_t b, std::uint64_t size) {
  return a >= size - b ? a - (size - b) : a + b;
}

}   // namespace

SpreadOrder::SpreadOrder(std::vector<std::uint64_t> sizes) : sizes_(std::move(sizes)), order_(sizes_.size()) {
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) { return sizes_[a] > sizes_[b]; });
}

// i is written in digits, one per parameter. A parameter's value depends on its digit and, in an order that they choose, on
// the digits below it: so different i are different points. While i goes on, the digits below count up, and the value
// runs through all that the parameter has, in another order each time.
std::vector<std::uint64_t> SpreadOrder::at(std::uint64_t i) const {
  std::vector<std::uint64_t> values(sizes_.size());
  std::uint64_t rest = i, below = 0, unit = 1;   // i = rest * unit + below; unit: product of the sizes so far
  for (std::size_t rank = 0; rank < order_.size(); ++rank) {
    const std::size_t p = order_[rank];
    const std::uint64_t size = sizes_[p], digit = rest % size;
    const std::uint64_t key = mixed(rank);
    // Where the last digits begin again: at 0, then far from there.
    const std::uint64_t start =
        rank == 0 ? digit : sum_modulo(turns(size, digit, key), size - turns(size, 0, key), size);
    values[p] = turns(size, sum_modulo(below % size, start, size), mixed(key ^ (below / size)));
    rest /= size;
    below += digit * unit;        // at most i
    if (rest > 0) unit *= size;   // at most i; once nothing rests it is not used again
  }
  return values;
}

}   // namespace warptune
