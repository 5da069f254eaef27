#include "family/forest/prepared_fit.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <iterator>
#include <numeric>
#include <tuple>
#include <utility>

#include "base/mix_bits.h"
#include "split/class_rows.h"

namespace warptune {

namespace {

// scikit-learn rounds shares of rows up.
std::uint32_t rows_of(const Amount& amount, std::size_t rows) {
  const double count = amount.share ? std::ceil(amount.value * static_cast<double>(rows)) : amount.value;
  return static_cast<std::uint32_t>(std::min(count, 4294967294.0));
}

kernels::HoledRange range_of(const Fold& fold) {
  return {fold.train.begin, fold.hole.begin, fold.hole.end - fold.hole.begin,
          static_cast<std::uint32_t>(fold.train_rows())};
}

// Classes that have training rows, with what Fit::class_order holds of them.
std::vector<kernels::HoledRange> class_ranges_of(const Dataset& dataset, const Split& split, int fold) {
  const Places train = split.fold(fold).train, hole = split.fold(fold).hole;
  const ClassRows all = class_rows(dataset, split, {0, static_cast<std::uint32_t>(split.order.size())}),
                  before = class_rows(dataset, split, {0, train.begin}),
                  up_to_hole = class_rows(dataset, split, {train.begin, hole.begin}),
                  in_hole = class_rows(dataset, split, hole), of_train = train_class_rows(dataset, split, fold);
  std::vector<kernels::HoledRange> ranges;
  std::uint64_t class_begin = 0;
  for (std::size_t k = 0; k < all.size(); ++k) {
    const std::uint64_t begin = class_begin + before[k];
    if (of_train[k] > 0)
      ranges.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(begin + up_to_hole[k]),
                        static_cast<std::uint32_t>(in_hole[k]), static_cast<std::uint32_t>(of_train[k])});
    class_begin += all[k];
  }
  return ranges;
}

// Keys of the random streams: apart for each purpose and fold, the same for every trial.
std::uint64_t stream_key(std::uint64_t seed, std::uint64_t purpose, int fold) {
  return mix_bits(seed + 0x9E3779B97F4A7C15ull * (purpose * 65536 + static_cast<std::uint64_t>(fold) + 1));
}

constexpr std::uint64_t bootstrap_purpose = 1, node_purpose = 2;

// class_weight=balanced: as if every class had as many training rows.
std::vector<double> balanced_weights(const Dataset& dataset, const Split& split, int fold) {
  const ClassRows count = train_class_rows(dataset, split, fold);
  const auto train = static_cast<double>(split.train_rows(fold)), classes = static_cast<double>(count.size());
  std::vector<double> weights;
  for (const std::uint64_t rows : count)
    weights.push_back(rows == 0 ? 0.0 : train / (classes * static_cast<double>(rows)));
  return weights;
}

// Rows, random streams and how a tree grows; nothing of its structures.
kernels::Fit grown_fit(const FitContext& context, const FitTask& task) {
  const TreeSettings& tree = forest_fit(task).settings;
  const Fold& fold = context.split->fold(task.fold);
  const std::size_t train = fold.train_rows();
  const bool balanced = tree.class_weight == TreeSettings::Weights::balanced;
  kernels::Fit f{};
  f.train = range_of(fold);
  f.begin = fold.validation.begin;
  f.end = fold.validation.end;
  f.bootstrap_key = stream_key(context.seed, bootstrap_purpose, task.fold);
  f.node_key = stream_key(context.seed, node_purpose, task.fold);
  f.criterion = tree.criterion;
  f.random_thresholds = tree.random_thresholds;
  if (tree.bootstrap) {
    const double draws = bootstrap_draws(tree.max_samples, train);
    assert(draws <= static_cast<double>(std::max<std::uint64_t>(context.split->order.size(), context.draws.most)) &&
           "family/forest/draw_limits.h");
    f.draws = static_cast<std::uint32_t>(draws);
  }
  f.max_features = tree.max_features;
  f.min_samples_leaf = std::max(1u, rows_of(tree.min_samples_leaf, train));
  f.min_weight_fraction_leaf = tree.min_weight_fraction_leaf;
  assert((!balanced || !tree.bootstrap || context.draws.by_class) && "family/forest/draw_limits.h");
  if (!balanced || !tree.bootstrap)   // else the draws are balanced already
    f.weighted = static_cast<std::uint32_t>(tree.class_weight);
  return f;
}

std::vector<kernels::Structure> structures_of(const FitTask& task, const kernels::Fit& f) {
  std::vector<kernels::Structure> structures;
  for (std::uint32_t i = task.first_variant; i < task.last_variant; ++i) {
    const StructureSettings& settings = forest_fit(task).variants[i];
    kernels::Structure s{};
    s.max_depth = settings.max_depth;
    s.max_leaf_nodes = settings.max_leaf_nodes;
    s.min_samples_split = std::max({2u, rows_of(settings.min_samples_split, f.train.rows), 2 * f.min_samples_leaf});
    s.min_impurity_decrease = settings.min_impurity_decrease;
    s.ccp_alpha = settings.ccp_alpha;
    structures.push_back(s);
  }
  return structures;
}

// A bound on the nodes of a tree that is grown to the fit's loosest limits.
std::uint32_t most_nodes(const kernels::Fit& f) {
  const std::uint64_t samples = f.draws > 0 ? std::min(f.draws, f.train.rows) : f.train.rows;
  std::uint64_t leaves = std::max<std::uint64_t>(1, samples / f.min_samples_leaf);
  if (f.max_depth < 31) leaves = std::min<std::uint64_t>(leaves, std::uint64_t{1} << f.max_depth);
  return static_cast<std::uint32_t>(2 * leaves + 1);
}

// What a pruner is asked about the task's queries: prefixes of them, sorted, each once. Some are queries of the task too.
std::vector<Query> prefixes_of(const FitContext& context, const FitTask& task) {
  std::vector<Query> prefixes;
  if (context.pruner == nullptr) return prefixes;
  for (const std::uint32_t q : task.queries()) {
    const Query& query = task.planned->queries[q];
    for (const std::uint32_t step : context.pruner->steps(query.length)) prefixes.push_back({query.variant, step});
  }
  std::sort(prefixes.begin(), prefixes.end());
  prefixes.erase(std::unique(prefixes.begin(), prefixes.end()), prefixes.end());
  return prefixes;
}

// The task's own queries, then the other prefixes.
std::vector<Query> asked_queries(const FitTask& task, const std::vector<Query>& prefixes) {
  const std::vector<Query>& all = task.planned->queries;   // sorted
  std::vector<Query> asked;
  for (const std::uint32_t q : task.queries()) asked.push_back(all[q]);
  std::set_difference(prefixes.begin(), prefixes.end(), all.begin(), all.end(), std::back_inserter(asked));
  return asked;
}

std::vector<std::uint32_t> stops_at(const std::vector<Query>& prefixes) {
  std::vector<std::uint32_t> stops;
  for (const Query& prefix : prefixes) stops.push_back(prefix.length);
  std::sort(stops.begin(), stops.end());
  stops.erase(std::unique(stops.begin(), stops.end()), stops.end());
  return stops;
}

struct OrderedQueries {
  std::vector<std::uint32_t> begin;   // [tiles + 1]
  std::vector<kernels::Query> queries;
};

// By tile, then by trees, then by place. hands_on: tiles end with after_all.
OrderedQueries ordered_queries(const std::vector<Query>& asked, std::uint32_t first_variant, const kernels::Fit& f,
                               bool hands_on) {
  const auto structure_of = [&](std::uint32_t query) { return asked[query].variant - first_variant; };
  std::vector<std::uint32_t> order(asked.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto rank = [&](std::uint32_t q) {
      return std::tuple(structure_of(q) / f.tile, asked[q].length, structure_of(q));
    };
    return rank(a) < rank(b);
  });
  OrderedQueries ordered;
  auto next = order.begin();
  for (std::uint32_t tile = 0; tile < f.tiles; ++tile) {
    ordered.begin.push_back(static_cast<std::uint32_t>(ordered.queries.size()));
    for (; next != order.end() && structure_of(*next) / f.tile == tile; ++next)
      ordered.queries.push_back({asked[*next].length, structure_of(*next) % f.tile, *next, 0});
    if (hands_on) ordered.queries.push_back(after_all);
  }
  ordered.begin.push_back(static_cast<std::uint32_t>(ordered.queries.size()));
  return ordered;
}

}   // namespace

std::uint64_t PreparedFit::wave_bytes_per_tree() const {
  return 4 * (std::uint64_t{validation_rows} + std::uint64_t{fit.max_nodes} * (fit.tiles * fit.tile + fit.values));
}

std::uint64_t PreparedFit::votes_bytes() const {
  return 8 * std::uint64_t{fit.tiles} * fit.tile * validation_rows * fit.values;
}

PreparedFit sized_fit(const FitContext& context, const FitTask& task) {
  PreparedFit p;
  p.fit = grown_fit(context, task);
  p.structures = structures_of(task, p.fit);
  p.validation_rows = static_cast<std::uint32_t>(context.split->validation_rows(task.fold));
  kernels::Fit& f = p.fit;
  f.min_samples_split = unlimited;
  f.min_impurity_decrease = INFINITY;
  for (const kernels::Structure& s : p.structures) {
    f.max_depth = std::max(f.max_depth, s.max_depth);
    f.min_samples_split = std::min(f.min_samples_split, s.min_samples_split);
    f.min_impurity_decrease = std::min(f.min_impurity_decrease, s.min_impurity_decrease);
    f.any_leaf_limit |= s.max_leaf_nodes != unlimited;
  }
  const auto classes = static_cast<std::uint32_t>(context.dataset->target.classes.size());
  f.max_nodes = most_nodes(f);
  f.values = classes == 2 ? 1 : classes;
  f.metric = context.metric->kernel;
  f.sums_per_query = context.metric->sums(classes);
  p.ranks = context.metric->ranks;
  f.structures = static_cast<std::uint32_t>(p.structures.size());
  f.queries = static_cast<std::uint32_t>(task.queries().size());
  if (context.pruner != nullptr)
    f.queries = static_cast<std::uint32_t>(asked_queries(task, prefixes_of(context, task)).size());
  f.tile = f.values > 1 || f.structures == 1 ? 1 : f.structures <= 4 ? 4 : kernels::most_tile;
  f.tiles = (f.structures + f.tile - 1) / f.tile;
  return p;
}

PreparedFit prepare_fit(const FitContext& context, const FitTask& task) {
  PreparedFit p = sized_fit(context, task);
  const TreeSettings& tree = forest_fit(task).settings;
  if (tree.class_weight == TreeSettings::Weights::balanced && tree.bootstrap) {
    p.class_ranges = class_ranges_of(*context.dataset, *context.split, task.fold);
    p.fit.draw_classes = static_cast<std::uint32_t>(p.class_ranges.size());
  } else if (tree.class_weight == TreeSettings::Weights::balanced) {
    p.class_weights = balanced_weights(*context.dataset, *context.split, task.fold);
  }
  const std::vector<Query> prefixes = prefixes_of(context, task);
  p.asked = asked_queries(task, prefixes);
  p.stops = stops_at(prefixes);
  p.hands_on = task.then != nullptr;
  OrderedQueries ordered = ordered_queries(p.asked, task.first_variant, p.fit, p.hands_on);
  p.query_begin = std::move(ordered.begin);
  p.queries = std::move(ordered.queries);
  p.first_tree = task.after;
  if (p.hands_on)
    p.trees = task.up_to;
  else
    for (const Query& query : p.asked) p.trees = std::max(p.trees, query.length);
  return p;
}

std::vector<std::uint32_t> class_order(const Dataset& dataset, const Split& split) {
  std::vector<std::uint32_t> at(dataset.target.classes.size() + 1), places(split.order.size());
  for (const std::uint32_t row : split.order) ++at[dataset.target.labels[row] + std::size_t{1}];
  std::partial_sum(at.begin(), at.end(), at.begin());
  for (std::uint32_t place = 0; place < places.size(); ++place)
    places[at[dataset.target.labels[split.order[place]]]++] = place;
  return places;
}

double bootstrap_draws(const Amount& max_samples, std::size_t train_rows) {
  const double draws =
      max_samples.share ? std::trunc(max_samples.value * static_cast<double>(train_rows)) : max_samples.value;
  return std::max(draws, 1.0);
}

}   // namespace warptune
