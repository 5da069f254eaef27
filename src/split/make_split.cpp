// Which kind of split a study asks for.
#include <fmt/format.h>

#include <cstdint>
#include <limits>

#include "base/setting_mark.h"
#include "split/kinds.h"

namespace warptune {
namespace {

struct Kind {
  bool (*asked)(const Dataset&, const SplitOptions&);
  MakeSplit* make;
};

// The first that is asked for is made.
constexpr Kind kinds[] = {
    {[](const Dataset& d, const SplitOptions& o) { return !d.times.empty() && o.folds != 0; }, split_time_into_folds},
    {[](const Dataset& d, const SplitOptions& o) { return !d.times.empty() && o.holdout != 0; }, split_time_by_holdout},
    {[](const Dataset& d, const SplitOptions& o) { return d.groups != 0 && o.folds != 0; }, split_groups_into_folds},
    {[](const Dataset& d, const SplitOptions& o) { return d.groups != 0 && o.holdout != 0; }, split_groups_by_holdout},
    {[](const Dataset&, const SplitOptions& o) { return o.folds != 0; }, split_into_folds},
    {[](const Dataset&, const SplitOptions& o) { return o.holdout != 0; }, split_by_holdout},
    {[](const Dataset&, const SplitOptions&) { return true; }, split_by_column},
};

// Behind what there is.
void append(Split& all, const Split& more) {
  const auto begin = static_cast<std::uint32_t>(all.order.size());
  const auto behind = [begin](Places places) { return Places{places.begin + begin, places.end + begin}; };
  all.order.insert(all.order.end(), more.order.begin(), more.order.end());
  for (const Fold& fold : more.folds)
    all.folds.push_back({behind(fold.train), behind(fold.hole), behind(fold.validation)});
}

}   // namespace

Result<Split> make_split(const Dataset& dataset, const SplitOptions& options, std::uint64_t seed) {
  const bool by_column = options.folds == 0 && options.holdout == 0;
  if (options.folds != 0 && options.holdout != 0)
    return failure(fmt::format("both a holdout ({}) and {} folds are asked for", options.holdout, options.folds),
                   "choose one");
  if (!options.holdout_value.empty() && (!by_column || dataset.fold_column.empty()))
    return failure(fmt::format("holdout value '{}' is given without a fold column", options.holdout_value),
                   "name the column that holds it with " + setting_mark("evaluate.fold_column"));
  if (by_column && dataset.fold_column.empty())
    return failure("neither a holdout nor folds are asked for, and the dataset has no fold column", "choose one");
  if ((!options.gap.empty() || !options.window.empty()) && dataset.times.empty())
    return failure("a gap or a window is given without a time column",
                   "name the column that says when each row was with " + setting_mark("evaluate.time"));
  if (!dataset.fold_column.empty() + (dataset.groups != 0) + !dataset.times.empty() > 1)
    return failure("rows can't be split by more than one of a fold column, groups and times", "choose one");
  const Kind* kind = kinds;
  while (!kind->asked(dataset, options)) ++kind;
  if (options.repeats < 2) return kind->make(dataset, options, {seed});
  if (by_column || !dataset.times.empty())
    return failure(fmt::format("a split by {} is always the same one, and {} repetitions are asked for",
                               by_column ? "a fold column" : "time", options.repeats),
                   "leave them out");
  constexpr std::uint64_t most_places = std::numeric_limits<std::uint32_t>::max();
  if (dataset.rows * static_cast<std::uint64_t>(options.repeats) > most_places)
    return failure(fmt::format("{} repetitions of {} rows are more than {} rows", options.repeats, dataset.rows,
                               most_places),
                   "repeat the split less often");
  Split all;
  for (int repetition = 0; repetition < options.repeats; ++repetition) {
    Result<Split> one = kind->make(dataset, options, {seed, static_cast<std::uint32_t>(repetition), true});
    if (!one) return one;
    append(all, *one);
  }
  return all;
}

}   // namespace warptune
