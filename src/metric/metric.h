// A metric: what everything that scores must know of it. One file each in this folder, in the order of metric.cpp's table;
// what the kernels sum is in kernels/metric/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/metric/metric.h"
#include "metric/predictions.h"
#include "warptune/error.h"
#include "warptune/metric.h"

namespace warptune {

// A booster library's own metric, for two classes and for more; "None": the library has no such metric.
struct LibraryMetric {
  const char* two = "None";
  const char* more = "None";
  // Our score of what the library says of so many rows; nullptr: it has no use, the score is made from predictions.
  double (*score)(double value, std::size_t rows) = nullptr;
};

struct Metric {
  MetricInfo info;
  const char* one_class = "";   // what it is where all validation rows are of one class, if that is worth a note

  // Forests: what the kernels sum, and the score that it makes. class_rows: validation rows per class.
  kernels::Metric kernel = kernels::accuracy;
  bool sums_of_classes = false;   // a sum for each class; else one
  bool ranks = false;             // the rows' votes are kept and ranked, kernels/metric/roc_auc.h
  double (*from_sums)(std::span<const std::uint64_t> sums, std::span<const std::uint64_t> class_rows) = nullptr;

  // What others predict, of the right shape.
  Result<double> (*from_predictions)(const Predictions& predictions, std::span<const std::uint8_t> labels,
                                     std::size_t classes) = nullptr;
  LibraryMetric xgboost, lightgbm;

  // Integers that the kernels sum for a query.
  [[nodiscard]] std::uint32_t sums(std::size_t classes) const {
    return sums_of_classes ? static_cast<std::uint32_t>(classes) : 1;
  }
};

// name: of one of metrics().
[[nodiscard]] const Metric& metric_of(std::string_view name);
// "accuracy, balanced_accuracy, log_loss or roc_auc"; of those that can score targets of any number of classes, or of all.
[[nodiscard]] std::string metric_names(bool of_any_target = false);

// A sum over rows, by their number.
[[nodiscard]] double mean_of_rows(std::uint64_t sum, std::span<const std::uint64_t> class_rows);

// What libraries say: their number as it is; a share of errors, which is of a whole number of rows, as the share of the others.
[[nodiscard]] double as_it_is(double value, std::size_t rows);
[[nodiscard]] double one_minus_errors(double errors, std::size_t rows);

}   // namespace warptune
