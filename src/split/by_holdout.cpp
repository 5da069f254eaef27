// One fold, of a share of the rows: in the shares of the classes that scikit-learn's StratifiedShuffleSplit and
// ShuffleSplit give.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/setting_mark.h"
#include "base/shown.h"
#include "split/kinds.h"

namespace warptune {
namespace {

// How many of `draws` rows come from each group, in proportion to the groups' sizes: the whole parts, then one more for the
// largest remainders, the first of equals (scikit-learn's _approximate_mode, which draws among equals).
std::vector<std::uint64_t> proportional(const std::vector<std::uint64_t>& sizes, std::uint64_t draws) {
  const std::uint64_t total = std::max<std::uint64_t>(std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0}), 1);
  std::vector<std::uint64_t> counts(sizes.size());
  std::vector<std::size_t> order(sizes.size());
  std::uint64_t given = 0;
  for (std::size_t g = 0; g < sizes.size(); ++g) {
    counts[g] = sizes[g] * draws / total;   // both below 2^31
    given += counts[g];
    order[g] = g;
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return sizes[a] * draws % total > sizes[b] * draws % total; });
  for (std::size_t i = 0; given < draws; ++i, ++given) ++counts[order[i]];
  return counts;
}

}   // namespace

Result<Split> split_by_holdout(const Dataset& dataset, const SplitOptions& options, const Deal& deal) {
  const auto rows = static_cast<std::uint64_t>(dataset.rows);
  const Result<std::uint64_t> held_out = holdout_count(options.holdout, rows, "row");
  if (!held_out) return tl::unexpected(held_out.error());
  const std::uint64_t validation = *held_out;
  const Groups groups = groups_of(dataset, options.stratify);
  // scikit-learn draws the training rows first; what is left validates.
  const std::vector<std::uint64_t> train = proportional(groups.sizes, rows - validation);
  if (options.stratify) {
    for (std::size_t c = 0; c < groups.sizes.size(); ++c) {
      if (train[c] != 0 && train[c] != groups.sizes[c]) continue;
      return failure(fmt::format("holdout {} leaves no row of class '{}' ({} {}) to {}", options.holdout,
                                 shown(dataset.target.classes[c]), groups.sizes[c],
                                 groups.sizes[c] == 1 ? "row" : "rows", train[c] == 0 ? "train on" : "validate on"),
                     no_stratify_hint());
    }
  }
  const auto shuffled = shuffled_groups(groups, deal);
  std::vector<std::uint32_t> fold_of(dataset.rows, no_fold);
  for (std::size_t g = 0; g < shuffled.size(); ++g) {
    for (std::size_t i = 0; i < groups.sizes[g] - train[g]; ++i) fold_of[shuffled[g][i]] = 0;
  }
  return split_of_codes(fold_of, 1);
}

}   // namespace warptune
