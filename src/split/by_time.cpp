// Folds in the order of the rows' times: each trains on rows before those that it validates on. scikit-learn's TimeSeriesSplit.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "base/setting_mark.h"
#include "split/kinds.h"
#include "split/time_amount.h"

namespace warptune {
namespace {

struct Reach {
  TimeAmount gap, window;
  bool windowed = false;
};

Result<Reach> reach_of(const Dataset& dataset, const SplitOptions& options) {
  Reach reach;
  const struct {
    const std::string& text;
    const char* name;
    TimeAmount& amount;
  } both[] = {{options.gap, "gap", reach.gap}, {options.window, "window", reach.window}};
  for (const auto& [text, name, amount] : both) {
    if (text.empty()) continue;
    Result<TimeAmount> parsed = parse_time_amount(text, name);
    if (!parsed) return tl::unexpected(parsed.error());
    if (parsed->microseconds && !dataset.times_are_dates)
      return failure(fmt::format("{} {} is a duration, and the time column holds numbers", name, text),
                     fmt::format("say it in rows, as {}", setting_mark(fmt::format("evaluate.{}", name), "100")));
    if (&amount == &reach.window && parsed->rows == 0 && !parsed->microseconds)
      return failure("window is 0: no row would train", "leave it out, and all rows before train");
    amount = *parsed;
  }
  reach.windowed = !options.window.empty();
  return reach;
}

// sorted: [rows] times in order. The places that train for validation rows from `begin` on.
Places training_before(const std::vector<double>& sorted, std::uint32_t begin, const Reach& reach) {
  const auto first = sorted.begin(), here = first + begin;
  const auto place = [&](auto at) { return static_cast<std::uint32_t>(at - first); };
  const TimeAmount &gap = reach.gap, &window = reach.window;
  const double until = *here - gap.microseconds.value_or(0);
  const std::uint32_t end = gap.microseconds
                                ? place(std::upper_bound(first, here, until))
                                : begin - static_cast<std::uint32_t>(std::min<std::uint64_t>(gap.rows, begin));
  if (!reach.windowed) return {0, end};
  if (!window.microseconds) return {end - static_cast<std::uint32_t>(std::min<std::uint64_t>(window.rows, end)), end};
  // From where the gap begins: a window and a gap in rows reach back from the last row that trains.
  const double last = gap.microseconds || end == 0 ? until : sorted[end - 1];
  return {std::min(place(std::lower_bound(first, here, last - *window.microseconds)), end), end};
}

// Folds that validate on `each` places each, the last one on the last ones.
Result<Split> split_before(const Dataset& dataset, const SplitOptions& options, std::size_t count, std::size_t each) {
  const Result<Reach> reach = reach_of(dataset, options);
  if (!reach) return tl::unexpected(reach.error());
  Split split;
  split.order.resize(dataset.rows);
  std::iota(split.order.begin(), split.order.end(), 0u);
  std::stable_sort(split.order.begin(), split.order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return dataset.times[a] < dataset.times[b]; });
  std::vector<double> sorted;
  sorted.reserve(dataset.rows);
  for (const std::uint32_t row : split.order) sorted.push_back(dataset.times[row]);
  for (std::size_t f = 0; f < count; ++f) {
    const auto begin = static_cast<std::uint32_t>(dataset.rows - (count - f) * each);
    const Places train = training_before(sorted, begin, *reach);
    if (train.count() == 0) {
      const std::string who = count == 1 ? std::string("the holdout") : fmt::format("fold {}", f),
                        reach_text = options.window.empty() ? "a gap of " + options.gap
                                     : options.gap.empty()
                                         ? "a window of " + options.window
                                         : fmt::format("a gap of {} and a window of {}", options.gap, options.window);
      return failure(
          fmt::format("{} has no row to train on: of {} rows before those that it validates on {} leaves none", who,
                      begin, reach_text),
          fmt::format("take {}, or {}", options.window.empty() ? "a shorter gap" : "a longer window or a shorter gap",
                      count == 1 ? "hold out fewer rows" : "fewer folds"));
    }
    split.folds.push_back({train, {train.end, train.end}, {begin, begin + static_cast<std::uint32_t>(each)}});
  }
  return split;
}

}   // namespace

Result<Split> split_time_into_folds(const Dataset& dataset, const SplitOptions& options, const Deal& /*deal*/) {
  const auto folds = static_cast<std::size_t>(std::max(options.folds, 0));
  if (dataset.rows < 3)
    return failure(fmt::format("{} rows are too few for folds in the order of time", dataset.rows),
                   "two folds need three rows");
  if (folds < 2 || folds >= dataset.rows)
    return failure(fmt::format("folds is {}; 2..{} are possible in the order of time (rows, less one)", options.folds,
                               dataset.rows - 1),
                   "for example " + setting_mark("evaluate.folds", "5"));
  return split_before(dataset, options, folds, dataset.rows / (folds + 1));
}

Result<Split> split_time_by_holdout(const Dataset& dataset, const SplitOptions& options, const Deal& /*deal*/) {
  const Result<std::uint64_t> validation = holdout_count(options.holdout, dataset.rows, "row");
  if (!validation) return tl::unexpected(validation.error());
  return split_before(dataset, options, 1, *validation);
}

}   // namespace warptune
