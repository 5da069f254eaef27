// The share of rows whose class is predicted right.
#include "metric/metric.h"

namespace warptune {
namespace {

double share(std::uint64_t right, std::uint64_t rows) { return static_cast<double>(right) / static_cast<double>(rows); }

double from_sums(std::span<const std::uint64_t> sums, std::span<const std::uint64_t> class_rows) {
  std::uint64_t rows = 0;
  for (const std::uint64_t n : class_rows) rows += n;
  return share(sums[0], rows);
}

Result<double> from_predictions(const Predictions& predictions, std::span<const std::uint8_t> labels,
                                std::size_t classes) {
  const std::vector<std::uint8_t> predicted = likeliest_classes(predictions, classes);
  std::uint64_t right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) right += predicted[i] == labels[i];
  return share(right, labels.size());
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
