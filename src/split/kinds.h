// The kinds of split, a file each; the table of them is in make_split.cpp.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/setting_mark.h"
#include "warptune/split.h"

namespace warptune {

[[nodiscard]] Result<Split> split_by_column(const Dataset& dataset, const SplitOptions& options, std::uint64_t seed);
[[nodiscard]] Result<Split> split_into_folds(const Dataset& dataset, const SplitOptions& options, std::uint64_t seed);
[[nodiscard]] Result<Split> split_by_holdout(const Dataset& dataset, const SplitOptions& options, std::uint64_t seed);

// What they share.

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

// The rows of each group in a random order: every row draws a 64-bit key from (seed, row) alone, so the order does not
// depend on who computes it.
[[nodiscard]] std::vector<std::vector<std::uint32_t>> shuffled_groups(const Groups& groups, std::uint64_t seed);

inline std::string no_stratify_hint() {
  return "use other shares, " + setting_mark("evaluate.stratify", "false") + ", or remove that class";
}

}   // namespace warptune
