#include "run/evaluation_notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "base/shown.h"
#include "metric/metric.h"
#include "split/class_rows.h"

namespace warptune {
namespace {

std::ptrdiff_t classes_of(const ClassRows& classes) {
  return std::count_if(classes.begin(), classes.end(), [](std::uint64_t rows) { return rows > 0; });
}

std::string fold_text(const Folds& folds, int fold) {
  if (!folds.names.empty()) return fmt::format("fold '{}'", shown(folds.names[static_cast<std::size_t>(fold)]));
  return folds.count() == 1 ? "the holdout" : fmt::format("fold {}", fold);
}

std::string rows_text(std::uint64_t rows) { return fmt::format("{} {}", rows, rows == 1 ? "row" : "rows"); }

std::string others(std::size_t count) {
  return count > 0 ? fmt::format("; {} more of the kind", count) : std::string();
}

}   // namespace

std::vector<std::string> evaluation_notes(const Study& study, const Dataset& dataset, const Folds& folds) {
  std::vector<std::string> notes;
  const std::size_t rows = folds.order.size(), last = folds.begin.back();
  if (!folds.names.empty() && study.evaluation.folds.holdout_value.empty() && last < rows)
    notes.push_back(fmt::format("{} of fold -1 in '{}' only train, as in scikit-learn's PredefinedSplit",
                                rows_text(rows - last), study.evaluation.folds.fold_column));
  const ClassRows all = class_rows(dataset, folds, 0, rows);
  const Metric& metric = metric_of(study.evaluation.metric);
  std::string unseen, single;
  std::size_t more_unseen = 0, more_single = 0;
  for (int fold = 0; fold < folds.count(); ++fold) {
    const ClassRows validation = validation_class_rows(dataset, folds, fold);
    for (std::size_t k = 0; k < all.size(); ++k) {
      if (validation[k] == 0 || validation[k] < all[k]) continue;
      if (!unseen.empty()) {
        ++more_unseen;
        continue;
      }
      unseen =
          fmt::format("class '{}' has no training row in {}, which validates on {} of it: no model can learn it there",
                      shown(dataset.target.classes[k]), fold_text(folds, fold), rows_text(validation[k]));
    }
    if (*metric.one_class == 0 || classes_of(validation) != 1) continue;
    if (!single.empty())
      ++more_single;
    else
      single = fmt::format("{} has validation rows of one class only: {} is {} there", fold_text(folds, fold),
                           metric.info.name, metric.one_class);
  }
  if (!unseen.empty()) notes.push_back(unseen + others(more_unseen));
  if (!single.empty()) notes.push_back(single + others(more_single));
  return notes;
}

Result<void> check_target(const Study& study, const Dataset& dataset) {
  const MetricInfo& metric = metric_of(study.evaluation.metric).info;
  assert(metric.task == dataset.target.task);
  if (!metric.two_classes || dataset.target.classes.size() == 2) return {};
  return failure(fmt::format("metric {} needs two classes, the target {} has {}", metric.name, study.dataset.target,
                             dataset.target.classes.size()),
                 "use " + metric_names(true));
}

Result<void> check_folds(const Study& study, const Dataset& dataset, const Folds& folds) {
  if (!metric_of(study.evaluation.metric).info.two_classes) return {};
  for (int fold = 0; fold < folds.count(); ++fold) {
    if (classes_of(validation_class_rows(dataset, folds, fold)) == 2) continue;
    const std::string hint = !folds.names.empty()
                                 ? fmt::format("give each fold in '{}' rows of both classes, or take another metric",
                                               study.evaluation.folds.fold_column)
                             : folds.count() == 1 ? "leave out --no-stratify, or hold out more rows"
                                                  : "leave out --no-stratify, or use fewer folds";
    return failure(fmt::format("metric {}: {} has validation rows of one class only", study.evaluation.metric,
                               fold_text(folds, fold)),
                   hint);
  }
  return {};
}

}   // namespace warptune
