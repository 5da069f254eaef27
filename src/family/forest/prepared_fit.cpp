#include "family/forest/prepared_fit.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <tuple>

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

}   // namespace

std::uint64_t PreparedFit::round_bytes_per_tree() const {
  return 4 * (std::uint64_t{validation_rows} + std::uint64_t{fit.max_nodes} * (fit.tiles * fit.tile + fit.values));
}

std::uint64_t PreparedFit::votes_bytes() const {
  return 8 * std::uint64_t{fit.tiles} * fit.tile * validation_rows * fit.values;
}

PreparedFit prepare_fit(const FitContext& context, const FitTask& task) {
  const Dataset& dataset = *context.dataset;
  const Split& split = *context.split;
  const int fold = task.fold;
  PreparedFit p;
  const auto& planned = static_cast<const ForestFit&>(*task.planned);
  const TreeSettings& tree = planned.settings;
  const std::size_t train = split.train_rows(fold);
  const auto classes = static_cast<std::uint32_t>(dataset.target.classes.size());
  p.validation_rows = static_cast<std::uint32_t>(split.validation_rows(fold));
  kernels::Fit& f = p.fit;
  f.train = range_of(split.fold(fold));
  f.begin = split.fold(fold).validation.begin;
  f.end = split.fold(fold).validation.end;
  f.bootstrap_key = stream_key(context.seed, bootstrap_purpose, fold);
  f.node_key = stream_key(context.seed, node_purpose, fold);
  f.criterion = tree.criterion;
  f.random_thresholds = tree.random_thresholds;
  if (tree.bootstrap) {
    const double draws = bootstrap_draws(tree.max_samples, train);
    assert(draws <= static_cast<double>(std::max<std::uint64_t>(split.order.size(), context.draws.most)) &&
           "family/forest/draw_limits.h");
    f.draws = static_cast<std::uint32_t>(draws);
  }
  f.max_features = tree.max_features;
  f.min_samples_leaf = std::max(1u, rows_of(tree.min_samples_leaf, train));
  f.min_weight_fraction_leaf = tree.min_weight_fraction_leaf;
  f.weighted = static_cast<std::uint32_t>(tree.class_weight);
  if (tree.class_weight == TreeSettings::Weights::balanced && tree.bootstrap) {
    assert(context.draws.by_class && "family/forest/draw_limits.h");
    f.weighted = 0;   // the draws are balanced already
    p.class_ranges = class_ranges_of(dataset, split, fold);
    f.draw_classes = static_cast<std::uint32_t>(p.class_ranges.size());
  } else if (tree.class_weight == TreeSettings::Weights::balanced) {
    const ClassRows count = train_class_rows(dataset, split, fold);
    p.class_weights.resize(classes);
    for (std::uint32_t k = 0; k < classes; ++k)
      p.class_weights[k] =
          count[k] == 0 ? 0.0
                        : static_cast<double>(train) / (static_cast<double>(classes) * static_cast<double>(count[k]));
  }

  f.max_depth = 0;
  f.min_samples_split = unlimited;
  f.min_impurity_decrease = INFINITY;
  for (std::uint32_t i = task.first_variant; i < task.last_variant; ++i) {
    const CutSettings& cut = planned.variants[i];
    kernels::Structure s{};
    s.max_depth = cut.max_depth;
    s.max_leaf_nodes = cut.max_leaf_nodes;
    s.min_samples_split = std::max({2u, rows_of(cut.min_samples_split, train), 2 * f.min_samples_leaf});
    s.min_impurity_decrease = cut.min_impurity_decrease;
    s.ccp_alpha = cut.ccp_alpha;
    f.max_depth = std::max(f.max_depth, s.max_depth);
    f.min_samples_split = std::min(f.min_samples_split, s.min_samples_split);
    f.min_impurity_decrease = std::min(f.min_impurity_decrease, s.min_impurity_decrease);
    f.any_leaf_limit |= s.max_leaf_nodes != unlimited;
    p.structures.push_back(s);
  }
  const std::uint64_t samples = f.draws > 0 ? std::min<std::uint64_t>(f.draws, train) : train;
  std::uint64_t leaves = std::max<std::uint64_t>(1, samples / f.min_samples_leaf);
  if (f.max_depth < 31) leaves = std::min<std::uint64_t>(leaves, std::uint64_t{1} << f.max_depth);
  f.max_nodes = static_cast<std::uint32_t>(2 * leaves + 1);
  f.values = classes == 2 ? 1 : classes;

  f.metric = context.metric->kernel;
  f.sums_per_query = context.metric->sums(classes);
  p.ranks = context.metric->ranks;
  f.structures = static_cast<std::uint32_t>(p.structures.size());
  f.tile = f.values > 1 || f.structures == 1 ? 1 : f.structures <= 4 ? 4 : kernels::most_tile;
  f.tiles = (f.structures + f.tile - 1) / f.tile;
  const auto structure_of = [&](std::uint32_t planned_query) {
    return planned.queries[planned_query].variant - task.first_variant;
  };
  std::vector<std::uint32_t> order(task.last_query() - task.first_query());
  std::iota(order.begin(), order.end(), task.first_query());
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto rank = [&](std::uint32_t q) {
      return std::tuple(structure_of(q) / f.tile, planned.queries[q].length, structure_of(q));
    };
    return rank(a) < rank(b);
  });
  p.query_begin.assign(f.tiles + std::size_t{1}, 0);
  for (const std::uint32_t q : order) {
    const std::uint32_t trees = planned.queries[q].length, structure = structure_of(q);
    ++p.query_begin[structure / f.tile + 1];
    p.queries.push_back({trees, structure % f.tile, q - task.first_query(), 0});
    p.trees = std::max(p.trees, trees);
  }
  for (std::size_t i = 0; i < f.tiles; ++i) p.query_begin[i + 1] += p.query_begin[i];
  f.queries = static_cast<std::uint32_t>(p.queries.size());
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
