// K folds of about equal size: in the shares of the classes that scikit-learn's StratifiedKFold and KFold (shuffled) give.
#include <fmt/format.h>

#include "base/setting_mark.h"
#include "base/shown.h"
#include "split/kinds.h"

namespace warptune {
namespace {

// [folds][groups] rows of each group in each fold: the groups stand one after another, and every folds-th row from fold f on
// is fold f's (scikit-learn's StratifiedKFold; with one group KFold's sizes).
std::vector<std::vector<std::uint64_t>> dealt(const std::vector<std::uint64_t>& sizes, std::size_t folds) {
  std::vector<std::vector<std::uint64_t>> counts(folds, std::vector<std::uint64_t>(sizes.size(), 0));
  std::uint64_t begin = 0;
  for (std::size_t g = 0; g < sizes.size(); ++g) {
    const std::uint64_t end = begin + sizes[g];
    // Numbers in [0, n) that leave the remainder f when divided by folds.
    const auto up_to = [&](std::uint64_t n, std::size_t f) { return n / folds + (n % folds > f ? 1 : 0); };
    for (std::size_t f = 0; f < folds; ++f) counts[f][g] = up_to(end, f) - up_to(begin, f);
    begin = end;
  }
  return counts;
}

}   // namespace

Result<Split> split_into_folds(const Dataset& dataset, const SplitOptions& options, const Deal& deal) {
  if (options.folds < 2 || static_cast<std::uint64_t>(options.folds) > dataset.rows) {
    return failure(fmt::format("folds is {}; 2..{} are possible (the number of rows)", options.folds, dataset.rows),
                   "for example " + setting_mark("evaluate.folds", "5"));
  }
  const auto count = static_cast<std::size_t>(options.folds);
  const Groups groups = groups_of(dataset, options.stratify);
  if (options.stratify) {
    for (std::size_t c = 0; c < groups.sizes.size(); ++c) {
      if (groups.sizes[c] >= count) continue;
      return failure(fmt::format("class '{}' has {} {}, fewer than the {} folds", shown(dataset.target.classes[c]),
                                 groups.sizes[c], groups.sizes[c] == 1 ? "row" : "rows", count),
                     no_stratify_hint());
    }
  }
  const auto shuffled = shuffled_groups(groups, deal);
  const auto counts = dealt(groups.sizes, count);
  std::vector<std::uint32_t> fold_of(dataset.rows, no_fold);
  for (std::size_t g = 0; g < shuffled.size(); ++g) {
    auto row = shuffled[g].begin();
    for (std::size_t f = 0; f < count; ++f) {
      for (std::uint64_t i = 0; i < counts[f][g]; ++i) fold_of[*row++] = static_cast<std::uint32_t>(f);
    }
  }
  return split_of_codes(fold_of, count);
}

}   // namespace warptune
