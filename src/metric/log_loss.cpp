// The mean over rows of -ln of the probability that their class is given.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "metric/metric.h"

namespace warptune {
namespace {

constexpr double sum_tolerance = 1e-3;   // of a row's probabilities, which may be 32-bit floats

double from_sums(std::span<const std::uint64_t> sums, std::span<const std::uint64_t> class_rows) {
  return mean_of_rows(sums[0], class_rows) * 0x1p-32;
}

Result<double> from_predictions(const Predictions& predictions, std::span<const std::uint8_t> labels,
                                std::size_t classes) {
  const std::vector<double> all = of_all_classes(predictions);
  const double epsilon = predictions.epsilon;
  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::span<const double> row = std::span(all).subspan(i * classes, classes);
    const double total = std::accumulate(row.begin(), row.end(), 0.0);
    const auto [low, high] = std::minmax_element(row.begin(), row.end());
    if (*low < -epsilon || *high > 1 + epsilon || std::abs(total - 1) > sum_tolerance)
      return failure(
          fmt::format("row {} holds no probabilities: they are from {} to {} and sum up to {}", i, *low, *high, total));
    sum -= std::log(std::clamp(row[labels[i]], epsilon, 1 - epsilon));
  }
  return sum / static_cast<double>(labels.size());
}

}   // namespace

extern constinit const Metric log_loss_metric{
    .info = {.name = "log_loss",
             .text = "mean of -ln of the probability that a row's class is given",
             .maximise = false,
             .probabilities = true},
    .kernel = kernels::log_loss,
    .from_sums = from_sums,
    .from_predictions = from_predictions,
    .xgboost = {"logloss", "mlogloss", as_it_is},
    .lightgbm = {"binary_logloss", "multi_logloss", as_it_is},
};

}   // namespace warptune
