// The kinds of split, a file each; the table of them is in make_split.cpp.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/setting_mark.h"
#include "warptune/split.h"

namespace warptune {

// Which random numbers a split is made by.
struct Deal {
  std::uint64_t seed = 0;
  std::uint32_t repetition = 0;
  bool repeated = false;   // it is one of several, so that it must be random
};
using MakeSplit = Result<Split>(const Dataset& dataset, const SplitOptions& options, const Deal& deal);
MakeSplit split_by_column, split_into_folds, split_by_holdout, split_groups_into_folds, split_groups_by_holdout,
    split_time_into_folds, split_time_by_holdout;

// What they share.

// How many of so many rows, or groups, validate: a share of them, rounded up as scikit-learn does. thing: "row".
[[nodiscard]] Result<std::uint64_t> holdout_count(double share, std::uint64_t count, std::string_view thing);

// A random number of a row, or a group.
[[nodiscard]] std::uint64_t key_of_row(const Deal& deal, std::uint64_t row);

inline constexpr std::uint32_t no_fold = std::numeric_limits<std::uint32_t>::max();

// Folds that train on all other places than those they validate on: fold f on [begin[f], begin[f + 1]).
[[nodiscard]] std::vector<Fold> folds_of_parts(const std::vector<std::uint32_t>& begin, std::size_t places);
// Such folds; fold_of: [rows] the fold in which a row validates, no_fold for
// rows that only train. Each fold's rows stand together, ascending, then those of no fold.
[[nodiscard]] Split split_of_codes(const std::vector<std::uint32_t>& fold_of, std::size_t count);

// The groups in which rows are shuffled: the classes, or all rows together.
struct Groups {
  std::vector<std::uint8_t> of_row;   // [rows]
  std::vector<std::uint64_t> sizes;   // [groups]
};
[[nodiscard]] Groups groups_of(const Dataset& dataset, bool stratify);

// The rows of each group in a random order: every row draws a 64-bit key from (deal, row) alone, so the order does not
// depend on who computes it.
[[nodiscard]] std::vector<std::vector<std::uint32_t>> shuffled_groups(const Groups& groups, const Deal& deal);

inline std::string no_stratify_hint() {
  return "use other shares, " + setting_mark("evaluate.stratify", "false") + ", or remove that class";
}

}   // namespace warptune
