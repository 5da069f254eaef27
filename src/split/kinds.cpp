#include "split/kinds.h"

#include <Random123/philox.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace warptune {
namespace {
constexpr std::uint32_t purpose = 0x666f6c64;   // "fold": keeps these draws apart from all others of the seed
}

std::uint64_t key_of_row(const Deal& deal, std::uint64_t row) {
  const r123::Philox4x32::ctr_type counter = {
      {static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(row >> 32), purpose, deal.repetition}};
  const r123::Philox4x32::key_type key = {
      {static_cast<std::uint32_t>(deal.seed), static_cast<std::uint32_t>(deal.seed >> 32)}};
  const r123::Philox4x32::ctr_type drawn = r123::Philox4x32{}(counter, key);
  return static_cast<std::uint64_t>(drawn[1]) << 32 | drawn[0];
}

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

std::vector<std::vector<std::uint32_t>> shuffled_groups(const Groups& groups, const Deal& deal) {
  std::vector<std::vector<std::pair<std::uint64_t, std::uint32_t>>> keyed(groups.sizes.size());
  for (std::uint32_t row = 0; row < groups.of_row.size(); ++row)
    keyed[groups.of_row[row]].emplace_back(key_of_row(deal, row), row);
  std::vector<std::vector<std::uint32_t>> result(keyed.size());
  for (std::size_t g = 0; g < keyed.size(); ++g) {
    std::sort(keyed[g].begin(), keyed[g].end());
    result[g].reserve(keyed[g].size());
    for (const auto& [key, row] : keyed[g]) result[g].push_back(row);
    keyed[g] = {};
  }
  return result;
}

Result<std::uint64_t> holdout_count(double share, std::uint64_t count, std::string_view thing) {
  if (!(share > 0 && share < 1)) {
    return failure(fmt::format("holdout is {}; a share between 0 and 1 is needed", share),
                   fmt::format("for example {} validates on a third of the {}s",
                               setting_mark("evaluate.holdout", "0.33"), thing));
  }
  const auto validation = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count)));
  if (validation == 0 || validation >= count) {
    return failure(fmt::format("holdout {} of {} {}s leaves no {} to {}", share, count, thing, thing,
                               validation == 0 ? "validate on" : "train on"),
                   "choose another share");
  }
  return validation;
}

std::vector<Fold> folds_of_parts(const std::vector<std::uint32_t>& begin, std::size_t places) {
  const Places all{0, static_cast<std::uint32_t>(places)};
  std::vector<Fold> folds;
  for (std::size_t f = 0; f + 1 < begin.size(); ++f) {
    const Places own{begin[f], begin[f + 1]};
    folds.push_back({all, own, own});
  }
  return folds;
}

Split split_of_codes(const std::vector<std::uint32_t>& fold_of, std::size_t count) {
  Split split;
  std::vector<std::uint32_t> at(count + 2, 0);   // where each fold's next row goes; the last is for the rest
  const auto slot = [&](std::uint32_t fold) { return fold == no_fold ? count : fold; };
  for (const std::uint32_t fold : fold_of) ++at[slot(fold) + 1];
  std::partial_sum(at.begin(), at.end(), at.begin());
  split.folds = folds_of_parts({at.begin(), at.begin() + static_cast<std::ptrdiff_t>(count) + 1}, fold_of.size());
  split.order.resize(fold_of.size());
  for (std::uint32_t row = 0; row < fold_of.size(); ++row) split.order[at[slot(fold_of[row])]++] = row;
  return split;
}

}   // namespace warptune
