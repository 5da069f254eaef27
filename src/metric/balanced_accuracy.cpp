// The mean over classes of the share of their rows that is predicted right; classes without rows do not count.
#include "metric/metric.h"

namespace warptune {
namespace {

// right: rows of each class that are predicted right.
double from_sums(std::span<const std::uint64_t> right, std::span<const std::uint64_t> class_rows) {
  double sum = 0, present = 0;
  for (std::size_t k = 0; k < class_rows.size(); ++k) {
    if (class_rows[k] == 0) continue;
    sum += static_cast<double>(right[k]) / static_cast<double>(class_rows[k]);
    ++present;
  }
  return sum / present;
}

Result<double> from_predictions(const Predictions& predictions, std::span<const std::uint8_t> labels,
                                std::size_t classes) {
  const std::vector<std::uint8_t> predicted = likeliest_classes(predictions, classes);
  std::vector<std::uint64_t> right(classes), rows(classes);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    ++rows[labels[i]];
    right[labels[i]] += predicted[i] == labels[i];
  }
  return from_sums(right, rows);
}

}   // namespace

extern constinit const Metric balanced_accuracy_metric{
    .info = {.name = "balanced_accuracy", .text = "mean over classes of the share of their rows predicted right"},
    .one_class = "that class's recall",
    .kernel = kernels::balanced_accuracy,
    .sums_of_classes = true,
    .from_sums = from_sums,
    .from_predictions = from_predictions,
    .xgboost = {"error", "merror", nullptr},   // XGBoost wants some metric
    .lightgbm = {},
};

}   // namespace warptune
