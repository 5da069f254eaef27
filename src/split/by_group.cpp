// Splits that never divide a group of rows: a patient's, a household's.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <utility>

#include "base/setting_mark.h"
#include "split/kinds.h"

namespace warptune {
namespace {

using Numbers = std::vector<double>;

// Groups in a random order.
std::vector<std::uint32_t> shuffled(const Dataset& dataset, const Deal& deal) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> keyed;
  for (std::uint32_t group = 0; group < dataset.groups; ++group) keyed.emplace_back(key_of_row(deal, group), group);
  std::sort(keyed.begin(), keyed.end());
  std::vector<std::uint32_t> order;
  for (const auto& [key, group] : keyed) order.push_back(group);
  return order;
}

std::vector<std::uint32_t> in_order(std::size_t groups) {
  std::vector<std::uint32_t> order(groups);
  std::iota(order.begin(), order.end(), 0u);
  return order;
}

// Groups from the largest value to the smallest; equals as they come.
void sort_descending(std::vector<std::uint32_t>& order, const Numbers& value) {
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return value[a] > value[b]; });
}

// numpy's sum of doubles that lie side by side, to the last bit: in pairs of eight running sums, halves from 128 on.
double pairwise_sum(const double* x, std::size_t count) {
  constexpr std::size_t together = 8, most = 128;
  if (count < together) {
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += x[i];
    return sum;
  }
  if (count > most) {
    const std::size_t half = count / 2 - count / 2 % together;
    return pairwise_sum(x, half) + pairwise_sum(x + half, count - half);
  }
  double sums[together];
  std::copy_n(x, together, sums);
  std::size_t i = together;
  for (; i + together <= count; i += together)
    for (std::size_t k = 0; k < together; ++k) sums[k] += x[i + k];
  double sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
  for (; i < count; ++i) sum += x[i];
  return sum;
}

// The standard deviation of [count] numbers as numpy's.
double deviation(const double* x, std::size_t count, Numbers& space) {
  const auto n = static_cast<double>(count);
  const double mean = pairwise_sum(x, count) / n;
  space.assign(x, x + count);
  for (double& value : space) value = (value - mean) * (value - mean);
  return std::sqrt(pairwise_sum(space.data(), count) / n);
}

// [rows] fold of each group -> of each row.
Split split_of_groups(const Dataset& dataset, const std::vector<std::uint32_t>& fold_of_group, std::size_t count) {
  std::vector<std::uint32_t> fold_of(dataset.rows);
  for (std::size_t row = 0; row < dataset.rows; ++row) fold_of[row] = fold_of_group[dataset.group_codes[row]];
  return split_of_codes(fold_of, count);
}

// scikit-learn's GroupKFold: the largest group first, each to the fold with the fewest rows.
std::vector<std::uint32_t> by_size(const Dataset& dataset, std::size_t folds) {
  Numbers size(dataset.groups, 0);
  for (const std::uint32_t group : dataset.group_codes) ++size[group];
  Numbers rows(folds, 0);
  std::vector<std::uint32_t> fold_of(dataset.groups);
  std::vector<std::uint32_t> order = in_order(dataset.groups);
  std::reverse(order.begin(), order.end());   // of equals the last one first
  sort_descending(order, size);
  for (const std::uint32_t group : order) {
    const auto lightest = std::min_element(rows.begin(), rows.end());
    *lightest += size[group];
    fold_of[group] = static_cast<std::uint32_t>(lightest - rows.begin());
  }
  return fold_of;
}

// scikit-learn's GroupKFold(shuffle=True): as many groups in each fold.
std::vector<std::uint32_t> by_number(const std::vector<std::uint32_t>& order, std::size_t folds) {
  std::vector<std::uint32_t> fold_of(order.size());
  auto group = order.begin();
  for (std::size_t fold = 0; fold < folds; ++fold)
    for (std::size_t i = order.size() / folds + (fold < order.size() % folds ? 1 : 0); i > 0; --i)
      fold_of[*group++] = static_cast<std::uint32_t>(fold);
  return fold_of;
}

// scikit-learn's StratifiedGroupKFold, with numpy's sums: the group whose classes' counts differ most first, each
// to the fold with which the classes' shares deviate least over the folds; of those that are about equal the one of fewest rows.
class ByClass {
 public:
  ByClass(const Dataset& dataset, std::size_t folds)
      : classes_(dataset.target.classes.size()),
        folds_(folds),
        of_group_(dataset.groups * classes_, 0),
        of_class_(classes_, 0),
        of_fold_(folds * classes_, 0) {
    for (std::size_t row = 0; row < dataset.rows; ++row) {
      const std::uint8_t label = dataset.target.labels[row];
      ++of_group_[dataset.group_codes[row] * classes_ + label];
      ++of_class_[label];
    }
  }

  // order: of the groups, in which those are dealt that are alike.
  std::vector<std::uint32_t> dealt(std::vector<std::uint32_t> order) {
    const std::size_t groups = of_group_.size() / classes_;
    Numbers deviations(groups), space;
    for (std::size_t g = 0; g < groups; ++g) deviations[g] = deviation(&of_group_[g * classes_], classes_, space);
    std::vector<std::uint32_t> fold_of(groups);
    sort_descending(order, deviations);
    for (const std::uint32_t group : order) {
      const double* const counts = &of_group_[group * classes_];
      const std::size_t best = best_fold(counts);
      add(best, counts, 1);
      fold_of[group] = static_cast<std::uint32_t>(best);
    }
    return fold_of;
  }

 private:
  void add(std::size_t fold, const double* counts, double times) {
    for (std::size_t c = 0; c < classes_; ++c) of_fold_[fold * classes_ + c] += times * counts[c];
  }

  std::size_t best_fold(const double* counts) {
    std::size_t best = 0;
    double least = std::numeric_limits<double>::infinity(), fewest = least;
    for (std::size_t fold = 0; fold < folds_; ++fold) {
      add(fold, counts, 1);
      const double deviates = mean_deviation();
      add(fold, counts, -1);
      const double rows = std::accumulate(&of_fold_[fold * classes_], &of_fold_[fold * classes_] + classes_, 0.0);
      const bool about_equal = std::abs(deviates - least) <= 1e-8 + 1e-5 * least && least < infinity;
      if (!(deviates < least || (about_equal && rows < fewest))) continue;
      best = fold;
      least = deviates;
      fewest = rows;
    }
    return best;
  }

  // Over the classes, of how much their shares deviate over the folds.
  double mean_deviation() {
    const auto folds = static_cast<double>(folds_);
    deviations_.resize(classes_);
    for (std::size_t c = 0; c < classes_; ++c) {
      double sum = 0, squares = 0;
      for (std::size_t fold = 0; fold < folds_; ++fold) sum += share(fold, c);
      const double mean = sum / folds;
      for (std::size_t fold = 0; fold < folds_; ++fold) {
        const double off = share(fold, c) - mean;
        squares += off * off;
      }
      deviations_[c] = std::sqrt(squares / folds);
    }
    return pairwise_sum(deviations_.data(), classes_) / static_cast<double>(classes_);
  }
  [[nodiscard]] double share(std::size_t fold, std::size_t c) const {
    return of_fold_[fold * classes_ + c] / of_class_[c];
  }

  static constexpr double infinity = std::numeric_limits<double>::infinity();
  std::size_t classes_, folds_;
  Numbers of_group_, of_class_, of_fold_;   // [groups][classes], [classes], [folds][classes] rows
  Numbers deviations_;
};

tl::unexpected<Error> one_group() {
  return failure("the group column holds one group only, which can't be divided",
                 "name another column, or leave it out");
}

}   // namespace

Result<Split> split_groups_into_folds(const Dataset& dataset, const SplitOptions& options, const Deal& deal) {
  if (dataset.groups < 2) return one_group();
  if (options.folds < 2 || static_cast<std::size_t>(options.folds) > dataset.groups)
    return failure(fmt::format("folds is {}; 2..{} are possible (the number of groups)", options.folds, dataset.groups),
                   "for example " + setting_mark("evaluate.folds", "2"));
  const auto count = static_cast<std::size_t>(options.folds);
  std::vector<std::uint32_t> order = deal.repeated ? shuffled(dataset, deal) : in_order(dataset.groups);
  if (options.stratify) return split_of_groups(dataset, ByClass(dataset, count).dealt(std::move(order)), count);
  return split_of_groups(dataset, deal.repeated ? by_number(order, count) : by_size(dataset, count), count);
}

// scikit-learn's GroupShuffleSplit: a share of the groups, whatever their sizes.
Result<Split> split_groups_by_holdout(const Dataset& dataset, const SplitOptions& options, const Deal& deal) {
  if (dataset.groups < 2) return one_group();
  const Result<std::uint64_t> validation = holdout_count(options.holdout, dataset.groups, "group");
  if (!validation) return tl::unexpected(validation.error());
  const std::vector<std::uint32_t> order = shuffled(dataset, deal);
  std::vector<std::uint32_t> fold_of(dataset.groups, no_fold);
  for (std::size_t i = 0; i < *validation; ++i) fold_of[order[i]] = 0;
  return split_of_groups(dataset, fold_of, 1);
}

}   // namespace warptune
