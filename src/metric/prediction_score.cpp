#include "metric/prediction_score.h"

#include <fmt/format.h>

#include <cmath>

#include "metric/metric.h"

namespace warptune {

namespace {

using Labels = std::span<const std::uint8_t>;

Result<void> check(const MetricInfo& metric, const Predictions& predictions, Labels labels, std::size_t classes) {
  if (predictions.rows != labels.size())
    return failure(
        fmt::format("{} rows are predicted; the fold has {} validation rows", predictions.rows, labels.size()));
  for (const double value : predictions.values)
    if (!std::isfinite(value)) return failure("a prediction is no finite number");
  if (predictions.columns > 0) {
    if (predictions.columns == classes && !predictions.integer) return {};
    return failure(
        predictions.integer
            ? std::string("predictions of two dimensions are probabilities, these are integers")
            : fmt::format("{} columns are predicted; the target has {} classes", predictions.columns, classes));
  }
  if (!predictions.integer) {
    if (classes == 2) return {};
    return failure(fmt::format("one probability per row is enough for two classes only; the target has {}", classes));
  }
  if (metric.probabilities) return failure(fmt::format("{} needs probabilities, not predicted classes", metric.name));
  for (const double label : predictions.values)
    if (label < 0 || label >= static_cast<double>(classes))
      return failure(fmt::format("class {} is predicted; there are 0 to {}", label, classes - 1));
  return {};
}

// A number for each row that is to say its class must be a probability: an SVC's decision function is cut elsewhere.
Result<void> check_second_class(const Predictions& predictions) {
  if (predictions.integer || predictions.columns > 0) return {};
  const double epsilon = predictions.epsilon;
  for (std::size_t i = 0; i < predictions.values.size(); ++i)
    if (predictions.values[i] < -epsilon || predictions.values[i] > 1 + epsilon)
      return failure(
          fmt::format("row {} holds no probability of the second class: it is {}", i, predictions.values[i]));
  return {};
}

}   // namespace

Result<double> score_predictions(const std::string& metric, const Predictions& predictions, Labels labels,
                                 std::size_t classes) {
  const Metric& scored_by = metric_of(metric);
  if (auto checked = check(scored_by.info, predictions, labels, classes); !checked)
    return tl::unexpected(checked.error());
  if (!scored_by.info.probabilities)
    if (auto checked = check_second_class(predictions); !checked) return tl::unexpected(checked.error());
  return scored_by.from_predictions(predictions, labels, classes);
}

}   // namespace warptune
