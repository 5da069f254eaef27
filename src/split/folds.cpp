// make_folds: which rows validate in which fold.
//
// Every row draws a 64-bit key from (seed, row) alone, so the order does not depend on who computes it. Rows are dealt to
// the folds in the order of their keys, in the shares that scikit-learn gives: StratifiedShuffleSplit and ShuffleSplit for a
// holdout, StratifiedKFold and KFold (shuffled) for folds.
#include <Random123/philox.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "base/nearest.h"
#include "base/shown.h"
#include "dataset/named_values.h"
#include "table/number.h"
#include "warptune/dataset.h"

namespace warptune {
namespace {

constexpr std::uint32_t purpose = 0x666f6c64;   // "fold": keeps these draws apart from all others of the seed
constexpr std::uint32_t no_fold = std::numeric_limits<std::uint32_t>::max();

std::uint64_t key_of_row(std::uint64_t seed, std::uint64_t row) {
  const r123::Philox4x32::ctr_type counter = {
      {static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(row >> 32), purpose, 0}};
  const r123::Philox4x32::key_type key = {{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
  const r123::Philox4x32::ctr_type drawn = r123::Philox4x32{}(counter, key);
  return static_cast<std::uint64_t>(drawn[1]) << 32 | drawn[0];
}

// The rows of each group in a random order.
std::vector<std::vector<std::uint32_t>> shuffled_groups(const std::vector<std::uint8_t>& group, std::size_t groups,
                                                        std::uint64_t seed) {
  std::vector<std::vector<std::pair<std::uint64_t, std::uint32_t>>> keyed(groups);
  for (std::uint32_t row = 0; row < group.size(); ++row) keyed[group[row]].emplace_back(key_of_row(seed, row), row);
  std::vector<std::vector<std::uint32_t>> result(groups);
  for (std::size_t g = 0; g < groups; ++g) {
    std::sort(keyed[g].begin(), keyed[g].end());
    result[g].reserve(keyed[g].size());
    for (const auto& [key, row] : keyed[g]) result[g].push_back(row);
    keyed[g] = {};
  }
  return result;
}

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

// Each fold's rows ascending, then the rows of no fold ascending. fold_of: [rows], no_fold for rows that only train.
Folds order_by_fold(const std::vector<std::uint32_t>& fold_of, std::size_t count) {
  Folds folds;
  std::vector<std::uint32_t> at(count + 2, 0);   // where each fold's next row goes; the last is for the rest
  const auto slot = [&](std::uint32_t fold) { return fold == no_fold ? count : fold; };
  for (const std::uint32_t fold : fold_of) ++at[slot(fold) + 1];
  std::partial_sum(at.begin(), at.end(), at.begin());
  folds.begin.assign(at.begin(), at.begin() + static_cast<std::ptrdiff_t>(count) + 1);
  folds.order.resize(fold_of.size());
  for (std::uint32_t row = 0; row < fold_of.size(); ++row) folds.order[at[slot(fold_of[row])]++] = row;
  return folds;
}

// scikit-learn's PredefinedSplit: rows of fold -1 only train. A name -1,0 is that number of a file with decimal commas.
bool only_trains(std::string name) {
  std::replace(name.begin(), name.end(), ',', '.');
  const Number number = parse_number(name);
  return number.kind == NumberKind::number && number.value == -1;
}

Folds from_all_names(const Dataset& dataset) {
  std::vector<std::uint32_t> fold_of_name;
  std::vector<std::string> names;
  for (const std::string& name : dataset.fold_names) {
    const bool validates = !only_trains(name);
    fold_of_name.push_back(validates ? static_cast<std::uint32_t>(names.size()) : no_fold);
    if (validates) names.push_back(name);
  }
  std::vector<std::uint32_t> fold_of(dataset.rows);
  for (std::size_t row = 0; row < dataset.rows; ++row) fold_of[row] = fold_of_name[dataset.fold_codes[row]];
  Folds folds = order_by_fold(fold_of, names.size());
  folds.names = std::move(names);
  return folds;
}

Result<Folds> from_fold_column(const Dataset& dataset, const FoldOptions& options) {
  if (dataset.fold_codes.size() != dataset.rows) {
    return failure(fmt::format("the dataset was made without the fold column '{}'", options.fold_column),
                   "name it as the fold column of the data too");
  }
  if (dataset.fold_names.size() < 2) {
    return failure(fmt::format("the fold column '{}' holds one name only: '{}'", options.fold_column,
                               shown(dataset.fold_names.at(0))),
                   "at least two names are needed: without one of them there is nothing to train on");
  }
  if (options.holdout_value.empty()) {
    Folds folds = from_all_names(dataset);
    if (folds.count() > 0) return folds;
    return failure(fmt::format("the fold column '{}' holds nothing but -1, which only trains", options.fold_column),
                   "name the rows that validate");
  }
  const int held_out = find_name(dataset.fold_names, options.holdout_value);
  if (held_out < 0) {
    const std::string near = nearest(options.holdout_value, dataset.fold_names);
    return failure(fmt::format("the fold column '{}' never holds '{}'", options.fold_column, options.holdout_value),
                   near.empty() ? fmt::format("its first names are '{}' and '{}'", shown(dataset.fold_names[0]),
                                              shown(dataset.fold_names[1]))
                                : fmt::format("did you mean '{}'?", shown(near)));
  }
  std::vector<std::uint32_t> fold_of(dataset.rows, no_fold);
  for (std::size_t row = 0; row < dataset.rows; ++row) {
    if (dataset.fold_codes[row] == static_cast<std::uint32_t>(held_out)) fold_of[row] = 0;
  }
  Folds folds = order_by_fold(fold_of, 1);
  folds.names = {dataset.fold_names[static_cast<std::size_t>(held_out)]};
  return folds;
}

// The groups in which rows are shuffled: the classes, or all rows together.
struct Groups {
  std::vector<std::uint8_t> of_row;   // [rows]
  std::vector<std::uint64_t> sizes;   // [groups]
};

Groups groups_of(const Dataset& dataset, bool stratify) {
  Groups groups;
  if (!stratify) {
    groups.of_row.assign(dataset.rows, 0);
    groups.sizes = {dataset.rows};
    return groups;
  }
  groups.of_row = dataset.target.labels;
  groups.sizes.assign(dataset.target.classes.size(), 0);
  for (const std::uint8_t label : dataset.target.labels) ++groups.sizes[label];
  return groups;
}

constexpr const char* no_stratify_hint = "use other shares, --no-stratify, or remove that class";

Result<Folds> holdout(const Dataset& dataset, const FoldOptions& options) {
  if (!(options.holdout > 0 && options.holdout < 1)) {
    return failure(fmt::format("holdout is {}; a share between 0 and 1 is needed", options.holdout),
                   "for example --holdout 0.33 validates on a third of the rows");
  }
  const auto rows = static_cast<std::uint64_t>(dataset.rows);
  const auto validation = static_cast<std::uint64_t>(std::ceil(options.holdout * static_cast<double>(rows)));
  if (validation == 0 || validation >= rows) {
    return failure(fmt::format("holdout {} of {} rows leaves no row to {}", options.holdout, rows,
                               validation == 0 ? "validate on" : "train on"),
                   "choose another share");
  }
  const Groups groups = groups_of(dataset, options.stratify);
  // scikit-learn draws the training rows first; what is left validates.
  const std::vector<std::uint64_t> train = proportional(groups.sizes, rows - validation);
  if (options.stratify) {
    for (std::size_t c = 0; c < groups.sizes.size(); ++c) {
      if (train[c] != 0 && train[c] != groups.sizes[c]) continue;
      return failure(fmt::format("holdout {} leaves no row of class '{}' ({} {}) to {}", options.holdout,
                                 shown(dataset.target.classes[c]), groups.sizes[c],
                                 groups.sizes[c] == 1 ? "row" : "rows", train[c] == 0 ? "train on" : "validate on"),
                     no_stratify_hint);
    }
  }
  const auto shuffled = shuffled_groups(groups.of_row, groups.sizes.size(), options.seed);
  std::vector<std::uint32_t> fold_of(dataset.rows, no_fold);
  for (std::size_t g = 0; g < shuffled.size(); ++g) {
    for (std::size_t i = 0; i < groups.sizes[g] - train[g]; ++i) fold_of[shuffled[g][i]] = 0;
  }
  return order_by_fold(fold_of, 1);
}

Result<Folds> k_folds(const Dataset& dataset, const FoldOptions& options) {
  if (options.folds < 2 || static_cast<std::uint64_t>(options.folds) > dataset.rows) {
    return failure(fmt::format("folds is {}; 2..{} are possible (the number of rows)", options.folds, dataset.rows),
                   "for example --folds 5");
  }
  const auto count = static_cast<std::size_t>(options.folds);
  const Groups groups = groups_of(dataset, options.stratify);
  if (options.stratify) {
    for (std::size_t c = 0; c < groups.sizes.size(); ++c) {
      if (groups.sizes[c] >= count) continue;
      return failure(fmt::format("class '{}' has {} {}, fewer than the {} folds", shown(dataset.target.classes[c]),
                                 groups.sizes[c], groups.sizes[c] == 1 ? "row" : "rows", count),
                     no_stratify_hint);
    }
  }
  const auto shuffled = shuffled_groups(groups.of_row, groups.sizes.size(), options.seed);
  const auto counts = dealt(groups.sizes, count);
  std::vector<std::uint32_t> fold_of(dataset.rows, no_fold);
  for (std::size_t g = 0; g < shuffled.size(); ++g) {
    auto row = shuffled[g].begin();
    for (std::size_t f = 0; f < count; ++f) {
      for (std::uint64_t i = 0; i < counts[f][g]; ++i) fold_of[*row++] = static_cast<std::uint32_t>(f);
    }
  }
  return order_by_fold(fold_of, count);
}

}   // namespace

Result<Folds> make_folds(const Dataset& dataset, const FoldOptions& options) {
  if (!options.fold_column.empty()) return from_fold_column(dataset, options);
  if (!options.holdout_value.empty()) {
    return failure(fmt::format("holdout value '{}' is given without a fold column", options.holdout_value),
                   "name the column that holds it with --fold-column");
  }
  if (options.folds != 0 && options.holdout != 0) {
    return failure(fmt::format("both a holdout ({}) and {} folds are asked for", options.holdout, options.folds),
                   "choose one");
  }
  return options.folds != 0 ? k_folds(dataset, options) : holdout(dataset, options);
}

}   // namespace warptune
