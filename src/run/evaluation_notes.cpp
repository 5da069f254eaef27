#include "run/evaluation_notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "base/setting_mark.h"
#include "base/shown.h"
#include "metric/metric.h"
#include "split/class_rows.h"

namespace warptune {
namespace {

std::ptrdiff_t classes_of(const ClassRows& classes) {
  return std::count_if(classes.begin(), classes.end(), [](std::uint64_t rows) { return rows > 0; });
}

std::string fold_text(const Split& split, int fold) {
  if (!split.names.empty()) return fmt::format("fold '{}'", shown(split.names[static_cast<std::size_t>(fold)]));
  return split.count() == 1 ? "the holdout" : fmt::format("fold {}", fold);
}

std::string rows_text(std::uint64_t rows) { return fmt::format("{} {}", rows, rows == 1 ? "row" : "rows"); }

std::string others(std::size_t count) {
  return count > 0 ? fmt::format("; {} more of the kind", count) : std::string();
}

// Settings that change nothing.
std::vector<std::string> idle_notes(const SplitOptions& options, const Dataset& dataset, const Split& split) {
  std::vector<std::string> notes;
  const bool times = !dataset.times.empty(), held_out_groups = dataset.groups != 0 && options.folds == 0;
  if (!options.stratify && (times || held_out_groups))
    notes.push_back(fmt::format("{} changes nothing: {} keep no classes' shares",
                                setting_mark("evaluate.stratify", "false"),
                                times ? "splits by time" : "groups that are held out"));
  const auto no_fold = [&](auto leaves_out) {
    return std::none_of(split.folds.begin(), split.folds.end(), leaves_out);
  };
  if (!options.gap.empty() && options.gap != "0" &&
      no_fold([](const Fold& f) { return f.train.end < f.validation.begin; }))
    notes.push_back(fmt::format("{} leaves out no row", setting_mark("evaluate.gap", options.gap)));
  if (!options.window.empty() && no_fold([](const Fold& f) { return f.train.begin > 0; }))
    notes.push_back(fmt::format("{} leaves out no row: it reaches back to the first one in each fold",
                                setting_mark("evaluate.window", options.window)));
  return notes;
}

// Where a fold trains on rows of the very time that it validates from on.
std::string same_time_note(const Study& study, const Dataset& dataset, const Split& split) {
  if (dataset.times.empty()) return {};
  const auto time_at = [&](std::uint32_t place) { return dataset.times[split.order[place]]; };
  std::size_t folds = 0;
  std::uint32_t gap = 0;   // in rows, that would keep them apart
  bool possible = true;
  int first = 0;
  for (int fold = 0; fold < split.count(); ++fold) {
    const Fold& of = split.fold(fold);
    const double time = time_at(of.validation.begin);
    if (time_at(of.train.end - 1) != time) continue;
    if (folds++ == 0) first = fold;
    std::uint32_t begin = of.train.end - 1;
    while (begin > of.train.begin && time_at(begin - 1) == time) --begin;
    gap = std::max(gap, of.validation.begin - begin);
    possible = possible && begin > of.train.begin;
  }
  if (folds == 0) return {};
  const std::string remedy = setting_mark("evaluate.gap", dataset.times_are_dates ? "1s" : std::to_string(gap));
  return fmt::format("rows of one time in '{}' both train and validate in {}, by their order in the table{}{}",
                     shown(study.dataset.time_column), fold_text(split, first),
                     possible ? fmt::format("; {} keeps them apart", remedy) : "", others(folds - 1));
}

}   // namespace

std::vector<std::string> evaluation_notes(const Study& study, const Dataset& dataset, const Split& split) {
  std::vector<std::string> notes;
  std::size_t validate = 0;
  for (const Fold& fold : split.folds) validate += fold.validation.count();
  if (!split.names.empty() && study.evaluation.split.holdout_value.empty() && validate < dataset.rows)
    notes.push_back(fmt::format("{} of fold -1 in '{}' only train, as in scikit-learn's PredefinedSplit",
                                rows_text(dataset.rows - validate), study.dataset.fold_column));
  for (std::string& text : idle_notes(study.evaluation.split, dataset, split)) notes.push_back(std::move(text));
  if (std::string text = same_time_note(study, dataset, split); !text.empty()) notes.push_back(std::move(text));
  const ClassRows all = class_rows(dataset, split, {0, static_cast<std::uint32_t>(split.order.size())});
  const Metric& metric = metric_of(study.evaluation.metric);
  std::string unseen, single;
  std::size_t more_unseen = 0, more_single = 0;
  for (int fold = 0; fold < split.count(); ++fold) {
    const ClassRows validation = validation_class_rows(dataset, split, fold);
    const bool others = split.on_all_others(fold);   // counted once for all folds
    const ClassRows train = others ? ClassRows() : train_class_rows(dataset, split, fold);
    for (std::size_t k = 0; k < all.size(); ++k) {
      if (validation[k] == 0 || (others ? validation[k] < all[k] : train[k] > 0)) continue;
      if (!unseen.empty()) {
        ++more_unseen;
        continue;
      }
      unseen =
          fmt::format("class '{}' has no training row in {}, which validates on {} of it: no model can learn it there",
                      shown(dataset.target.classes[k]), fold_text(split, fold), rows_text(validation[k]));
    }
    if (*metric.one_class == 0 || classes_of(validation) != 1) continue;
    if (!single.empty())
      ++more_single;
    else
      single = fmt::format("{} has validation rows of one class only: {} is {} there", fold_text(split, fold),
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

Result<void> check_folds(const Study& study, const Dataset& dataset, const Split& split) {
  if (!metric_of(study.evaluation.metric).info.two_classes) return {};
  for (int fold = 0; fold < split.count(); ++fold) {
    if (classes_of(validation_class_rows(dataset, split, fold)) == 2) continue;
    const std::string no_stratify = setting_mark("evaluate.stratify", "false");
    const std::string hint =
        !split.names.empty() ? fmt::format("give each fold in '{}' rows of both classes, or take another metric",
                                           study.dataset.fold_column)
        : dataset.groups != 0 || !dataset.times.empty()
            ? fmt::format("take another metric, or {}", split.count() == 1 ? "another share" : "fewer folds")
        : split.count() == 1 ? fmt::format("leave out {}, or hold out more rows", no_stratify)
                             : fmt::format("leave out {}, or use fewer folds", no_stratify);
    return failure(fmt::format("metric {}: {} has validation rows of one class only", study.evaluation.metric,
                               fold_text(split, fold)),
                   hint);
  }
  return {};
}

}   // namespace warptune
