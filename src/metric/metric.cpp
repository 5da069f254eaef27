#include "metric/metric.h"

#include <array>
#include <cassert>
#include <cmath>
#include <numeric>

#include "base/one_of.h"

namespace warptune {

// Each in the file of its name.
extern const Metric accuracy_metric, balanced_accuracy_metric, log_loss_metric, roc_auc_metric;

namespace {

constexpr std::array table{&accuracy_metric, &balanced_accuracy_metric, &log_loss_metric, &roc_auc_metric};

const Metric* find(std::string_view name) {
  for (const Metric* metric : table)
    if (metric->info.name == name) return metric;
  return nullptr;
}

}   // namespace

std::span<const MetricInfo> metrics() {
  static const std::array<MetricInfo, table.size()> infos = [] {
    std::array<MetricInfo, table.size()> all;
    for (std::size_t i = 0; i < table.size(); ++i) all[i] = table[i]->info;
    return all;
  }();
  return infos;
}

const MetricInfo* find_metric(std::string_view name) {
  const Metric* found = find(name);
  return found == nullptr ? nullptr : &found->info;
}

bool maximise(std::string_view metric) { return metric_of(metric).info.maximise; }

const Metric& metric_of(std::string_view name) {
  const Metric* found = find(name);
  assert(found != nullptr && "study/setting.cpp takes no other names");
  return *found;
}

std::string metric_names(bool of_any_target) {
  std::vector<std::string> names;
  for (const Metric* metric : table)
    if (!of_any_target || !metric->info.two_classes) names.emplace_back(metric->info.name);
  return one_of(names);
}

double mean_of_rows(std::uint64_t sum, std::span<const std::uint64_t> class_rows) {
  return static_cast<double>(sum) / static_cast<double>(std::reduce(class_rows.begin(), class_rows.end()));
}

double as_it_is(double value, std::size_t) { return value; }

double one_minus_errors(double errors, std::size_t rows) {
  const auto all = static_cast<double>(rows);
  return (all - std::round(errors * all)) / all;
}

}   // namespace warptune
