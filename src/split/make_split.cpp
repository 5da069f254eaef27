// Which kind of split a study asks for.
#include <fmt/format.h>

#include "base/setting_mark.h"
#include "split/kinds.h"

namespace warptune {
namespace {

struct Kind {
  bool (*asked)(const SplitOptions&);
  Result<Split> (*make)(const Dataset&, const SplitOptions&, std::uint64_t seed);
};

// The first that is asked for is made.
constexpr Kind kinds[] = {
    {[](const SplitOptions& o) { return o.folds != 0; }, split_into_folds},
    {[](const SplitOptions& o) { return o.holdout != 0; }, split_by_holdout},
    {[](const SplitOptions&) { return true; }, split_by_column},
};

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
  const Kind* kind = kinds;
  while (!kind->asked(options)) ++kind;
  return kind->make(dataset, options, seed);
}

}   // namespace warptune
