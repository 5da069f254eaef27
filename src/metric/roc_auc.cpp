// Of all pairs of a row of the second class and one of the first, the share that is in order; equal ones count half.
#include <algorithm>
#include <numeric>

#include "metric/metric.h"

namespace warptune {
namespace {

// halves: twice the number of pairs in order.
double from_sums(std::span<const std::uint64_t> halves, std::span<const std::uint64_t> class_rows) {
  return static_cast<double>(halves[0]) /
         (2.0 * static_cast<double>(class_rows[0]) * static_cast<double>(class_rows[1]));
}

// Any numbers that rank the rows will do, so they need not be probabilities.
Result<double> from_predictions(const Predictions& predictions, std::span<const std::uint8_t> labels, std::size_t) {
  const std::size_t across = std::max<std::size_t>(predictions.columns, 1);
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto rank_of = [&](std::size_t row) { return predictions.values[row * across + across - 1]; };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rank_of(a) < rank_of(b); });
  std::uint64_t rows[2] = {0, 0}, halves = 0;
  for (std::size_t begin = 0; begin < order.size();) {
    std::uint64_t counts[2] = {0, 0};   // of equal ones
    std::size_t end = begin;
    for (; end < order.size() && rank_of(order[end]) == rank_of(order[begin]); ++end) ++counts[labels[order[end]]];
    halves += counts[1] * (2 * rows[0] + counts[0]);
    rows[0] += counts[0];
    rows[1] += counts[1];
    begin = end;
  }
  if (rows[0] == 0 || rows[1] == 0) return failure("the validation rows are of one class only");
  return from_sums({&halves, 1}, rows);
}

}   // namespace

extern constinit const Metric roc_auc_metric{
    .info = {.name = "roc_auc",
             .text = "area under the ROC curve: share of pairs of a row of each class that are in order",
             .two_classes = true,
             .probabilities = true},
    .kernel = kernels::roc_auc,
    .ranks = true,
    .from_sums = from_sums,
    .from_predictions = from_predictions,
    .xgboost = {"auc", "auc", as_it_is},
    .lightgbm = {"auc", "auc", as_it_is},
};

}   // namespace warptune
