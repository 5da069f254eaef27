#include "family/forest/work.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "family/forest/dataset_bytes.h"
#include "family/forest/gangs.h"
#include "family/forest/prepared_fit.h"
#include "search/grid.h"
#include "warptune/family.h"

namespace warptune {

namespace {

// Of those beyond one for each row, which are part of a row's work.
constexpr double work_per_draw = 8;
// Folds of a fold column are as many as it has names; more than this of them are rare.
constexpr double most_named_folds = 32;

// Rows that a tree is grown on, at most.
double tree_rows(const TreeSettings& tree, std::size_t train_rows) {
  const auto rows = static_cast<double>(train_rows);
  return tree.bootstrap ? std::min(rows, bootstrap_draws(tree.max_samples, train_rows)) : rows;
}

double tree_work(const TreeSettings& tree, std::uint32_t depth, std::size_t train_rows) {
  const auto rows = static_cast<double>(train_rows);
  const double levels = std::min<double>(depth, 2 + std::log2(rows + 2));
  const double draws = tree.bootstrap ? bootstrap_draws(tree.max_samples, train_rows) : 0;
  return rows * levels * (2.0 + tree.max_features) + work_per_draw * std::max(0.0, draws - rows);
}

// Of trees, if they are small pieces; rows: of each.
Job job_of(double work, std::uint64_t cells, std::uint64_t bytes, std::uint64_t pieces, bool small_pieces,
           double rows) {
  const double of_thread = cells > most_cached_cells ? cpu_work_per_second_from_memory : cpu_work_per_second;
  return {work / of_thread,
          work / work_per_gpu_clock,
          bytes,
          pieces,
          small_pieces,
          small_pieces ? static_cast<int>(most_gang(static_cast<std::uint64_t>(rows))) : 1,
          gang_cost};
}

// Those among which its work is largest.
std::vector<double> ends_of(const Distribution& d) {
  if (d.kind == Distribution::Kind::integer || d.kind == Distribution::Kind::real) return {d.low, d.high};
  std::vector<double> indices;
  for (std::size_t i = 0; i < d.choices.size(); ++i) indices.push_back(static_cast<double>(i));
  return indices;
}

double one_trial_work(const ForestParts& parts, std::size_t rows) {
  return parts.length * tree_work(parts.settings, parts.variant.max_depth, rows);
}

// The trial of the space that is most work. It grows with each parameter by itself, so one after the other may be chosen.
ForestParts largest_trial(const Study& study, std::size_t rows, std::size_t features) {
  const ForestReader reader(study.model.family, study.space, features);
  Point point;
  for (const Parameter& parameter : study.space.parameters) point.push_back(ends_of(parameter.distribution).front());
  for (std::size_t i = 0; i < point.size(); ++i) {
    Point tried = point;
    for (const double end : ends_of(study.space.parameters[i].distribution)) {
      tried[i] = end;
      if (one_trial_work(reader.read(tried), rows) > one_trial_work(reader.read(point), rows)) point = tried;
    }
  }
  return reader.read(point);
}

// Fits that a study can have at most, and structures of all of them together.
struct MostFits {
  double fits = 1, structures = 1;
};

MostFits most_fits(const Study& study, std::size_t features) {
  const Family& family = **find_family(study.model.family);
  const auto trials = static_cast<double>(std::max<std::int64_t>(study.search.trials, 1));
  MostFits most;
  for (const Parameter& parameter : study.space.parameters) {
    const ParameterInfo* const info = find_parameter(family, parameter.name);
    double values = count_of_values(parameter.distribution);
    if (info->name == "max_features")
      values = std::min(values, static_cast<double>(features));   // shares become counts
    if (!info->free) most.fits *= values;
    if (info->name != "n_estimators") most.structures *= values;
  }
  return {std::min(most.fits, trials), std::min(most.structures, trials)};
}

}   // namespace

double fit_work(const FitContext& context, const FitTask& task) {
  const ForestFit& fit = forest_fit(task);
  std::uint32_t depth = 0, longest = 0;
  for (std::uint32_t s = task.first_variant; s < task.last_variant; ++s)
    depth = std::max(depth, fit.variants[s].max_depth);
  for (std::uint32_t q = task.first_query(); q < task.last_query(); ++q)
    longest = std::max(longest, fit.queries[q].length);
  const std::uint32_t last = std::min(longest, task.up_to), trees = last - std::min(last, task.after);
  const auto valid = static_cast<double>(context.split->validation_rows(task.fold));
  return trees * (tree_work(fit.settings, depth, context.split->train_rows(task.fold)) +
                  valid * (task.last_variant - task.first_variant));
}

double plan_work(const FitContext& context, const Plan& plan) {
  double work = 0;
  for (const auto& fit : plan.fits)
    for (int fold = 0; fold < context.split->count(); ++fold)
      work += fit_work(context, {fit.get(), fold, 0, fit->variant_count()});
  return work;
}

Job forest_job(const FitContext& context, const Plan& plan) {
  // A tree is a multiprocessor's, or several multiprocessors'; but fits are not shared by devices where they may be pruned.
  const bool shared = context.pruner == nullptr;
  std::uint64_t pieces = 0;                                          // of a fold
  double rows = static_cast<double>(context.split->train_rows(0));   // of a tree
  for (const auto& fit : plan.fits) {
    pieces += shared ? fit->longest() : !fit->queries.empty();
    rows = std::min(rows, tree_rows(dynamic_cast<const ForestFit&>(*fit).settings, context.split->train_rows(0)));
  }
  return job_of(plan_work(context, plan), context.dataset->rows * context.dataset->features.size(),
                dataset_bytes(context), pieces * static_cast<std::uint64_t>(context.split->count()), shared, rows);
}

Job most_forest_job(const Study& study, std::size_t rows, std::size_t columns) {
  const double folds = !study.dataset.fold_column.empty()
                           ? most_named_folds
                           : std::max(study.evaluation.split.folds, 1) * study.evaluation.split.repeats;
  const MostFits most = most_fits(study, columns);
  const ForestParts trial = largest_trial(study, rows, columns);
  const double growing = most.fits * folds * one_trial_work(trial, rows);
  const double scoring =
      most.structures * trial.length * static_cast<double>(rows);   // each validates once, over all folds
  const std::uint64_t cells = std::uint64_t{rows} * columns;
  return job_of(growing + scoring, cells, cells, static_cast<std::uint64_t>(most.fits * folds * trial.length), true,
                tree_rows(trial.settings, rows));
}

}   // namespace warptune
