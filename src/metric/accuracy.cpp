// The share of rows whose class is predicted right.
#include "metric/metric.h"

namespace warptune {
namespace {

double from_sums(std::span<const std::uint64_t> sums, std::span<const std::uint64_t> class_rows) {
  return mean_of_rows(sums[0], class_rows);
}

Result<double> from_predictions(const Predictions& predictions, std::span<const std::uint8_t> labels,
                                std::size_t classes) {
  const std::vector<std::uint8_t> predicted = likeliest_classes(predictions, classes);
  std::uint64_t right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) right += predicted[i] == labels[i];
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

}   // namespace

extern constinit const Metric accuracy_metric{
    .info = {.name = "accuracy", .text = "share of rows whose class is predicted right"},
    .kernel = kernels::accuracy,
    .from_sums = from_sums,
    .from_predictions = from_predictions,
    .xgboost = {"error", "merror", one_minus_errors},
    .lightgbm = {"binary_error", "multi_error", one_minus_errors},
};

}   // namespace warptune
