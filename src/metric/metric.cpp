#include "metric/metric.h"

#include <fmt/format.h>

#include <array>
#include <cassert>
#include <cmath>

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
  std::string text;
  std::size_t left = 0;
  const auto counts = [&](const Metric* metric) { return !of_any_target || !metric->info.two_classes; };
  for (const Metric* metric : table) left += counts(metric);
  for (const Metric* metric : table)
    if (counts(metric)) text += fmt::format("{}{}", metric->info.name, --left > 1 ? ", " : left == 1 ? " or " : "");
  return text;
}

double as_it_is(double value, std::size_t) { return value; }

double one_minus_errors(double errors, std::size_t rows) {
  const auto all = static_cast<double>(rows);
  return (all - std::round(errors * all)) / all;
}

}   // namespace warptune
