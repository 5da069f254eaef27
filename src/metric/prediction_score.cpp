#include "metric/prediction_score.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "metric/mean_recall.h"

namespace warptune {

namespace {

using Labels = std::span<const std::uint8_t>;

constexpr double sum_tolerance = 1e-3;   // of a row's probabilities, which may be 32-bit floats

// Probabilities as [rows][classes].
std::vector<double> of_all_classes(const NpyArray& predictions) {
  if (predictions.columns > 0) return predictions.values;
  std::vector<double> both;
  for (const double second : predictions.values) {
    both.push_back(1 - second);
    both.push_back(second);
  }
  return both;
}

// The likeliest class of each row, the first of those that are equally likely.
std::vector<std::uint8_t> classes_of(const NpyArray& predictions, std::size_t classes) {
  std::vector<std::uint8_t> predicted;   // there are at most 256 classes
  if (predictions.integer && predictions.columns == 0) {
    for (const double label : predictions.values) predicted.push_back(static_cast<std::uint8_t>(label));
    return predicted;
  }
  const std::vector<double> all = of_all_classes(predictions);
  for (auto row = all.begin(); row != all.end(); row += static_cast<std::ptrdiff_t>(classes))
    predicted.push_back(
        static_cast<std::uint8_t>(std::max_element(row, row + static_cast<std::ptrdiff_t>(classes)) - row));
  return predicted;
}

double accuracy(const std::vector<std::uint8_t>& predicted, Labels labels) {
  std::size_t right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) right += predicted[i] == labels[i];
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

Result<double> log_loss(const NpyArray& predictions, Labels labels, std::size_t classes) {
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

// Pairs of a row of the second class and one of the first that are in order, equal ones half.
Result<double> roc_auc(const NpyArray& predictions, Labels labels) {
  const std::size_t across = std::max<std::size_t>(predictions.columns, 1);
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto score_of = [&](std::size_t row) { return predictions.values[row * across + across - 1]; };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return score_of(a) < score_of(b); });
  std::uint64_t negatives = 0, positives = 0, halves = 0;   // pairs count twice
  for (std::size_t begin = 0; begin < order.size();) {
    std::uint64_t counts[2] = {0, 0};
    std::size_t end = begin;
    for (; end < order.size() && score_of(order[end]) == score_of(order[begin]); ++end) ++counts[labels[order[end]]];
    halves += counts[1] * (2 * negatives + counts[0]);
    negatives += counts[0];
    positives += counts[1];
    begin = end;
  }
  if (negatives == 0 || positives == 0) return failure("the validation rows are of one class only");
  return static_cast<double>(halves) / (2.0 * static_cast<double>(negatives) * static_cast<double>(positives));
}

Result<void> check(const std::string& metric, const NpyArray& predictions, Labels labels, std::size_t classes) {
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
  if (metric == "log_loss" || metric == "roc_auc")
    return failure(fmt::format("{} needs probabilities, not predicted classes", metric));
  for (const double label : predictions.values)
    if (label < 0 || label >= static_cast<double>(classes))
      return failure(fmt::format("class {} is predicted; there are 0 to {}", label, classes - 1));
  return {};
}

// A number for each row that is to say its class must be a probability: an SVC's decision function is cut elsewhere.
Result<void> check_second_class(const NpyArray& predictions) {
  if (predictions.integer || predictions.columns > 0) return {};
  const double epsilon = predictions.epsilon;
  for (std::size_t i = 0; i < predictions.values.size(); ++i)
    if (predictions.values[i] < -epsilon || predictions.values[i] > 1 + epsilon)
      return failure(
          fmt::format("row {} holds no probability of the second class: it is {}", i, predictions.values[i]));
  return {};
}

}   // namespace

Result<double> score_predictions(const std::string& metric, const NpyArray& predictions, Labels labels,
                                 std::size_t classes) {
  if (auto checked = check(metric, predictions, labels, classes); !checked) return tl::unexpected(checked.error());
  if (metric == "log_loss") return log_loss(predictions, labels, classes);
  if (metric == "roc_auc") return roc_auc(predictions, labels);
  if (auto checked = check_second_class(predictions); !checked) return tl::unexpected(checked.error());
  const std::vector<std::uint8_t> predicted = classes_of(predictions, classes);
  if (metric == "balanced_accuracy") return mean_recall(predicted, labels, classes);
  return accuracy(predicted, labels);
}

}   // namespace warptune
