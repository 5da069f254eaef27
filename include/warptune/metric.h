// What a model's predictions are scored by.
#pragma once

#include <span>
#include <string_view>

#include "warptune/target.h"

namespace warptune {

// Defined as scikit-learn defines the metric of this name.
struct MetricInfo {
  std::string_view name;
  std::string_view text;   // one line of help
  Task task = Task::classification;
  bool maximise = true;         // else the lowest score is the best
  bool two_classes = false;     // of targets of two classes only, and of folds whose validation rows have both
  bool probabilities = false;   // predicted classes are not enough
};

[[nodiscard]] std::span<const MetricInfo> metrics();
// nullptr: there is none of this name.
[[nodiscard]] const MetricInfo* find_metric(std::string_view name);
// Of one of metrics().
[[nodiscard]] bool maximise(std::string_view metric);

}   // namespace warptune
