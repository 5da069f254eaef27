// Folds as a column of the table names them.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/nearest.h"
#include "base/shown.h"
#include "dataset/named_values.h"
#include "split/kinds.h"
#include "table/number.h"

namespace warptune {
namespace {

// scikit-learn's PredefinedSplit: rows of fold -1 only train. A name -1,0 is that number of a file with decimal commas.
bool only_trains(std::string name) {
  std::replace(name.begin(), name.end(), ',', '.');
  const Number number = parse_number(name);
  return number.kind == NumberKind::number && number.value == -1;
}

Split from_all_names(const Dataset& dataset) {
  std::vector<std::uint32_t> fold_of_name;
  std::vector<std::string> names;
  for (const std::string& name : dataset.fold_names) {
    const bool validates = !only_trains(name);
    fold_of_name.push_back(validates ? static_cast<std::uint32_t>(names.size()) : no_fold);
    if (validates) names.push_back(name);
  }
  std::vector<std::uint32_t> fold_of(dataset.rows);
  for (std::size_t row = 0; row < dataset.rows; ++row) fold_of[row] = fold_of_name[dataset.fold_codes[row]];
  Split split = split_of_codes(fold_of, names.size());
  split.names = std::move(names);
  return split;
}

}   // namespace

Result<Split> split_by_column(const Dataset& dataset, const SplitOptions& options, const Deal& /*deal*/) {
  if (dataset.fold_names.size() < 2) {
    return failure(fmt::format("the fold column '{}' holds one name only: '{}'", dataset.fold_column,
                               shown(dataset.fold_names.at(0))),
                   "at least two names are needed: without one of them there is nothing to train on");
  }
  if (options.holdout_value.empty()) {
    Split split = from_all_names(dataset);
    if (split.count() > 0) return split;
    return failure(fmt::format("the fold column '{}' holds nothing but -1, which only trains", dataset.fold_column),
                   "name the rows that validate");
  }
  const int held_out = find_name(dataset.fold_names, options.holdout_value);
  if (held_out < 0) {
    const std::string near = nearest(options.holdout_value, dataset.fold_names);
    return failure(fmt::format("the fold column '{}' never holds '{}'", dataset.fold_column, options.holdout_value),
                   near.empty() ? fmt::format("its first names are '{}' and '{}'", shown(dataset.fold_names[0]),
                                              shown(dataset.fold_names[1]))
                                : fmt::format("did you mean '{}'?", shown(near)));
  }
  std::vector<std::uint32_t> fold_of(dataset.rows, no_fold);
  for (std::size_t row = 0; row < dataset.rows; ++row) {
    if (dataset.fold_codes[row] == static_cast<std::uint32_t>(held_out)) fold_of[row] = 0;
  }
  Split split = split_of_codes(fold_of, 1);
  split.names = {dataset.fold_names[static_cast<std::size_t>(held_out)]};
  return split;
}

}   // namespace warptune
