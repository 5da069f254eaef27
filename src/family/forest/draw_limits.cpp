#include "family/forest/draw_limits.h"

#include <fmt/format.h>

#include <algorithm>

#include "family/forest/prepared_fit.h"
#include "split/class_rows.h"

namespace warptune {
namespace {

// The largest number of draws that max_samples can mean.
double largest_draws(const Space& space, std::size_t train_rows) {
  double most = static_cast<double>(train_rows);
  const Parameter* max_samples = find_parameter(space, "max_samples");
  if (max_samples == nullptr) return most;
  const Distribution& distribution = max_samples->distribution;
  const auto look_at = [&](bool share, double value) {
    most = std::max(most, bootstrap_draws({share, value}, train_rows));
  };
  if (distribution.kind == Distribution::Kind::integer || distribution.kind == Distribution::Kind::real)
    look_at(distribution.kind == Distribution::Kind::real, distribution.high);
  for (const Value& value : distribution.choices) {
    if (const auto* count = std::get_if<std::int64_t>(&value)) look_at(false, static_cast<double>(*count));
    if (const auto* share = std::get_if<double>(&value)) look_at(true, *share);
  }
  return most;
}

bool may_be(const Space& space, const char* name, const char* choice) {
  const Parameter* parameter = find_parameter(space, name);
  if (parameter == nullptr) return false;
  const std::vector<Value>& choices = parameter->distribution.choices;
  return std::find(choices.begin(), choices.end(), Value{std::string(choice)}) != choices.end();
}

bool may_be_balanced(const Space& space) { return may_be(space, "class_weight", "balanced"); }

}   // namespace

DrawNeeds draw_needs(const Space& space, std::size_t dataset_rows) {
  return {static_cast<std::uint64_t>(std::min(largest_draws(space, dataset_rows), 4294967294.0)),
          may_be_balanced(space)};
}

Result<void> check_draws(const Space& space, const Dataset& dataset, const Split& split) {
  const bool by_class = may_be_balanced(space);
  const bool by_entropy = may_be(space, "criterion", "entropy") || may_be(space, "criterion", "log_loss");
  for (int fold = 0; fold < split.count(); ++fold) {
    const std::size_t train = split.train_rows(fold);
    const double draws = largest_draws(space, train);
    if (draws > static_cast<double>(std::max<std::uint64_t>(train, most_draws)))
      return failure(
          fmt::format("max_samples lets a tree draw {:.0f} rows, which is more than a tree can count: at most {} "
                      "are possible, and as many as it trains on ({})",
                      draws, most_draws, train),
          "an integer is a number of rows, a number with a point is a share of the training rows");
    if (by_entropy && draws > static_cast<double>(most_entropy_draws))
      return failure(fmt::format("criterion=entropy can be summed over {} draws a tree, not over {:.0f}",
                                 most_entropy_draws, draws),
                     "use criterion=gini, or fewer rows");
    if (!by_class || draws <= static_cast<double>(most_draws)) continue;
    // The rows of a rare class are drawn again and again.
    const ClassRows rows = train_class_rows(dataset, split, fold);
    const auto present = static_cast<double>(std::count_if(rows.begin(), rows.end(), [](auto n) { return n > 0; }));
    for (std::size_t k = 0; k < rows.size(); ++k)
      if (rows[k] > 0 && draws / present / static_cast<double>(rows[k]) > static_cast<double>(most_draws) / 2)
        return failure(fmt::format("class_weight=balanced would draw each row of class '{}' about {:.0f} times a tree, "
                                   "which is more than a tree can count",
                                   dataset.target.classes[k], draws / present / static_cast<double>(rows[k])),
                       "set max_samples lower, or use class_weight=balanced_subsample");
  }
  return {};
}

}   // namespace warptune
