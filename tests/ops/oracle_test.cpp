// The kernels' trees are the naive oracle's, node for node, for every structure of a fit; their votes and sums are what
// the metrics' definitions give. And what must not change a forest does not.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <span>
#include <string>

#include "family/forest/cpu_executor.h"
#include "split/kinds.h"
#include "tests/ops/collected_sums.h"
#include "tests/ops/kernel_forest.h"
#include "tests/ops/random_fits.h"
#include "tests/reference/naive_forest.h"
#include "tests/reference/naive_metrics.h"
#include "warptune/table.h"

namespace warptune::test {
namespace {

struct Case {
  Dataset dataset;
  Split split;
  ForestFit fit;
  const Metric* metric = &metric_of("accuracy");
  std::uint64_t seed = 0;

  [[nodiscard]] FitContext context() const {
    return {&dataset, &split, metric, seed, needs_of(fit.settings, dataset.rows)};
  }
};

// The last value that goes left, by its place among the feature's values.
int last_value(const Dataset& dataset, const KernelNode& node) {
  const std::vector<std::uint32_t>& begin = dataset.features[node.feature].bin_begin;
  const std::uint32_t bin = node.threshold >> 8, fine = node.threshold & 255;
  return static_cast<int>(fine == 255 ? begin[bin + 1] - 1 : begin[bin] + fine);
}

// The oracle's tree beside the kernels' tree cut for a structure, from the roots down.
class Walk {
 public:
  Walk(const Dataset& dataset, const reference::Tree& oracle, const KernelTree& kernel, std::size_t structure)
      : dataset_(dataset), oracle_(oracle), kernel_(kernel), splits_(kernel.splits[structure]) {
    compare(0, 0);
  }
  [[nodiscard]] int nodes() const { return nodes_; }

 private:
  void compare(std::size_t o, std::uint32_t k) {
    ++nodes_;
    const reference::Node& node = oracle_.nodes[o];
    const KernelNode& other = kernel_.nodes[k];
    for (std::size_t c = 0; c < node.draws.size(); ++c)
      ASSERT_EQ(node.draws[c], other.counts[c]) << "class " << c << " at '" << node.place << "'";
    ASSERT_EQ(node.split.has_value(), splits_[k]) << "at '" << node.place << "', " << node.rows.size() << " rows";
    if (!node.split) return;
    ASSERT_EQ(node.split->feature, other.feature) << "at '" << node.place << "', " << node.rows.size() << " rows";
    ASSERT_EQ(node.split->threshold, last_value(dataset_, other)) << "at '" << node.place << "'";
    ASSERT_EQ(node.split->missing_left, other.missing_left) << "at '" << node.place << "'";
    compare(node.left, other.left);
    compare(node.right, other.left + 1);
  }

  const Dataset& dataset_;
  const reference::Tree& oracle_;
  const KernelTree& kernel_;
  const std::vector<bool>& splits_;
  int nodes_ = 0;
};

// What the kernels took, for choices among equals.
reference::Preferences preferences_of(const Dataset& dataset, const KernelTree& tree, std::size_t structure) {
  std::map<std::uint64_t, std::uint32_t> by_name;
  for (std::uint32_t v = 0; v < tree.nodes.size(); ++v) by_name[tree.nodes[v].path] = v;
  reference::Preferences p;
  p.split = [by_name, &dataset, &tree](std::uint64_t name) -> std::optional<reference::Split> {
    const auto at = by_name.find(name);
    if (at == by_name.end() || !tree.nodes[at->second].splits) return {};
    const KernelNode& node = tree.nodes[at->second];
    return reference::Split{node.feature, last_value(dataset, node), node.missing_left};
  };
  p.splits = [by_name, &tree, structure](std::uint64_t name) {
    const auto at = by_name.find(name);
    return at != by_name.end() && tree.splits[structure][at->second];
  };
  return p;
}

double naive_score(const Metric& metric, const reference::Votes& votes) {
  switch (metric.kernel) {
    case kernels::accuracy: return reference::accuracy(votes);
    case kernels::balanced_accuracy: return reference::balanced_accuracy(votes);
    case kernels::log_loss: return reference::log_loss(votes);
    default: return reference::roc_auc(votes);
  }
}

// What others predict is scored alike, to the rounding of the kernels' logarithms.
void expect_same_of_predictions(const Metric& metric, double score, const reference::Votes& votes) {
  const std::size_t classes = votes.of_row.at(0).size();
  Predictions predictions{false, std::numeric_limits<double>::epsilon(), votes.of_row.size(), classes, {}};
  for (const std::vector<std::uint64_t>& row : votes.of_row)
    for (const std::uint64_t of_class : row)
      predictions.values.push_back(static_cast<double>(of_class) / static_cast<double>(votes.total));
  const std::vector<std::uint8_t> labels(votes.label.begin(), votes.label.end());
  const Result<double> predicted = metric.from_predictions(predictions, labels, classes);
  ASSERT_TRUE(predicted) << predicted.error().message;
  EXPECT_NEAR(*predicted, score, metric.kernel == kernels::log_loss ? 1e-9 : 0) << metric.info.name;
}

struct Ties {
  int nodes = 0, later = 0;   // nodes compared; of them those where a later one of equals won
};

void compare_forest(const Case& c, int fold, std::uint32_t lanes, Ties* ties) {
  const FitTask task{&c.fit, fold, 0, c.fit.variant_count()};
  const KernelForest forest = grow_forest(c.context(), task, lanes);
  EXPECT_TRUE(forest.stayed_inside);
  const kernels::Fit& fit = forest.prepared.fit;
  const std::size_t valid = forest.prepared.validation_rows, values = fit.values,
                    classes = c.dataset.target.classes.size();
  std::vector<std::uint64_t> class_rows(classes);
  for (std::size_t i = 0; i < valid; ++i) ++class_rows[c.dataset.target.labels[c.split.order[fit.begin + i]]];

  for (std::uint32_t s = 0; s < fit.structures; ++s) {
    const reference::Problem problem{&c.dataset,        &c.split,          fold,        c.fit.settings,
                                     c.fit.variants[s], fit.bootstrap_key, fit.node_key};
    reference::Votes votes;
    votes.of_row.assign(valid, std::vector<std::uint64_t>(classes));
    for (std::size_t i = 0; i < valid; ++i)
      votes.label.push_back(c.dataset.target.labels[c.split.order[fit.begin + i]]);
    std::vector<kernels::Query> queries;   // of the structure, by trees
    for (std::uint32_t q = forest.prepared.query_begin[s / fit.tile]; q < forest.prepared.query_begin[s / fit.tile + 1];
         ++q)
      if (forest.prepared.queries[q].place == s % fit.tile) queries.push_back(forest.prepared.queries[q]);
    std::size_t query = 0;
    for (std::uint32_t t = 0; t < forest.prepared.trees; ++t) {
      SCOPED_TRACE("structure " + std::to_string(s) + " tree " + std::to_string(t));
      const KernelTree& kernel = forest.trees[t];
      const reference::Tree oracle = reference::grow_tree(problem, t, preferences_of(c.dataset, kernel, s));
      const Walk walk(c.dataset, oracle, kernel, s);
      if (::testing::Test::HasFatalFailure()) return;
      ties->nodes += walk.nodes();
      ties->later += oracle.ties;
      for (std::size_t i = 0; i < valid; ++i) {
        const std::size_t leaf = reference::leaf_of(oracle, c.dataset, c.split.order[fit.begin + i]);
        const std::vector<double> shares = reference::class_shares(oracle, oracle.nodes[leaf]);
        const std::vector<std::uint32_t>& row_votes = kernel.votes[s][kernel.leaf[i]];
        for (std::size_t v = 0; v < values; ++v)
          ASSERT_NEAR(row_votes[v], shares[values == 1 ? 1 : v] * (1 << kernels::vote_bits), 0.5 + 1e-6)
              << "validation row " << i;
        for (std::size_t k = 0; k < classes; ++k)
          votes.of_row[i][k] += values > 1 ? row_votes[k]
                                : k == 1   ? row_votes[0]
                                           : (1u << kernels::vote_bits) - row_votes[0];
      }
      votes.total += std::uint64_t{1} << kernels::vote_bits;
      for (; query < queries.size() && queries[query].trees == t + 1; ++query) {
        ASSERT_EQ(c.fit.queries[queries[query].sums], (Query{s, t + 1}));
        const std::uint64_t* sums = forest.sums.data() + std::size_t{queries[query].sums} * fit.sums_per_query;
        if (c.metric->info.two_classes && (class_rows[0] == 0 || class_rows[1] == 0))
          continue;   // no such study starts
        const double score = c.metric->from_sums({sums, fit.sums_per_query}, class_rows);
        EXPECT_NEAR(score, naive_score(*c.metric, votes), 1e-9) << "query " << query;
        expect_same_of_predictions(*c.metric, score, votes);
      }
    }
    EXPECT_EQ(query, queries.size());
    EXPECT_FALSE(queries.empty());
    for (std::size_t i = 0; i < valid && queries.back().trees == forest.prepared.trees; ++i)
      for (std::size_t v = 0; v < values; ++v)
        ASSERT_EQ(forest.votes[(s * valid + i) * values + v], votes.of_row[i][values == 1 ? 1 : v])
            << "validation row " << i;
  }
}

Case random_case(std::uint64_t seed) {
  std::mt19937_64 rng(seed);
  Case c;
  const std::size_t rows = 20 + rng() % 250, features = 1 + rng() % 7;
  const int classes = rng() % 2 ? 2 : static_cast<int>(2 + rng() % 30), bins = rng() % 2 ? 6 : 255;
  c.dataset = random_dataset(rng, rows, features, classes, bins, rng() % 2 ? 0.2 : 0.0);
  c.split = random_split(rng, c.dataset, rng() % 2 ? 1 : 3);
  c.fit = random_fit(rng, features, std::array{1u, 2u, 3u, 11u}[rng() % 4], 2);
  c.metric = &metric_of(metrics()[rng() % (classes == 2 ? 4 : 3)].name);
  c.seed = rng();
  return c;
}

class OracleOnRandomData : public ::testing::TestWithParam<int> {};

// Folds that leave rows out: each is grown from its own rows, whatever else stands in the order.
TEST_P(OracleOnRandomData, GrowsTheKernelsTreesOnFoldsWithGaps) {
  Case c = random_case(static_cast<std::uint64_t>(GetParam()) + 6000);
  std::mt19937_64 rng(static_cast<std::uint64_t>(GetParam()));
  c.split = gapped_split(rng, c.dataset);
  Ties ties;
  const int fold = GetParam() % c.split.count();
  SCOPED_TRACE("seed " + std::to_string(GetParam() + 6000) + " fold " + std::to_string(fold));
  compare_forest(c, fold, GetParam() % 8 >= 6 ? 4 : 1, &ties);
}

TEST_P(OracleOnRandomData, GrowsTheKernelsTrees) {
  const Case c = random_case(static_cast<std::uint64_t>(GetParam()) + 5000);
  SCOPED_TRACE("seed " + std::to_string(GetParam() + 5000));
  Ties ties;
  compare_forest(c, c.split.count() - 1, GetParam() % 4 == 3 ? 4 : 1, &ties);
  RecordProperty("nodes", ties.nodes);
  RecordProperty("ties", ties.later);
}

INSTANTIATE_TEST_SUITE_P(Seeds, OracleOnRandomData, ::testing::Range(0, 120));

struct TableCase {
  const char* file;
  const char* target;
};

class OracleOnTables : public ::testing::TestWithParam<TableCase> {};

// The shipped tables: missing cells, text, features of few and of many values.
TEST_P(OracleOnTables, GrowsTheKernelsTrees) {
  const Result<Table> table = read_csv(GetParam().file);
  ASSERT_TRUE(table) << table.error().message;
  DatasetOptions options;
  options.target = GetParam().target;
  Result<Dataset> dataset = make_dataset(*table, options);
  ASSERT_TRUE(dataset) << dataset.error().message;
  SplitOptions fold_options;
  fold_options.holdout = 0.33;
  const Result<Split> split = make_split(*dataset, fold_options, 0);
  ASSERT_TRUE(split);
  Ties ties;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 rng(seed);
    Case c{*dataset, *split, {}, &metric_of(metrics()[seed % 4].name), seed};
    // Naive means slow: the first rows of each side are enough.
    const std::uint32_t validation = c.split.folds[0].validation.end, most = 600;
    std::vector<std::uint32_t> order(split->order.begin(), split->order.begin() + std::min(validation, most / 3));
    const auto validating = static_cast<std::uint32_t>(order.size());
    const std::size_t train = std::min<std::size_t>(split->order.size() - validation, most - order.size());
    order.insert(order.end(), split->order.begin() + validation,
                 split->order.begin() + validation + static_cast<std::ptrdiff_t>(train));
    c.split = {order, folds_of_parts({0, validating}, order.size())};
    c.fit = random_fit(rng, c.dataset.features.size(), 2, 2);
    c.fit.settings.random_thresholds = seed % 3 == 2;
    compare_forest(c, 0, 1, &ties);
  }
  RecordProperty("nodes", ties.nodes);
  RecordProperty("ties", ties.later);
}

INSTANTIATE_TEST_SUITE_P(Shipped, OracleOnTables,
                         ::testing::Values(TableCase{"data/pima.csv", "diabetes"}, TableCase{"data/churn.csv", "churn"},
                                           TableCase{"data/spam.csv", "type"}, TableCase{"data/blog.csv", "target"}),
                         [](const auto& test) {
                           std::string name = test.param.file;
                           return name.substr(5, name.size() - 9);
                         });

// Exclusive or: no split of the root lowers the impurity, and scikit-learn splits it all the same. The rounding of the
// entropy's terms must not stop it.
TEST(OracleOnExclusiveOr, SplitsWithoutImprovement) {
  for (std::uint32_t times = 1; times <= 40; ++times)
    for (std::uint32_t criterion = 0; criterion < 2; ++criterion) {
      SCOPED_TRACE("times " + std::to_string(times) + " criterion " + std::to_string(criterion));
      Case c;
      c.dataset.target.classes = {"0", "1"};
      for (const char* name : {"a", "b"}) {
        Feature feature;
        feature.name = name;
        feature.bins = 2;
        feature.cuts = {0.5};
        feature.values = {0, 1};
        feature.bin_begin = {0, 1, 2};
        c.dataset.features.push_back(feature);
      }
      // One row of each kind validates, the others train.
      c.dataset.rows = 4 * (times + std::size_t{1});
      for (std::uint32_t r = 0; r < c.dataset.rows; ++r) {
        c.dataset.bins.push_back(r & 1);
        c.dataset.bins.push_back(r >> 1 & 1);
        c.dataset.target.labels.push_back((r ^ r >> 1) & 1);
        c.split.order.push_back(r);
      }
      c.split.folds = folds_of_parts({0, 4}, c.split.order.size());
      c.fit.settings.criterion = criterion;
      c.fit.settings.bootstrap = false;
      c.fit.variants = {StructureSettings{}};
      c.fit.queries = {{0, 2}};
      Ties ties;
      compare_forest(c, 0, 1, &ties);
      ASSERT_EQ(ties.nodes, 14);
      CpuExecutor executor(c.context(), 1, 1 << 20);
      EXPECT_EQ(collected_sums(executor, std::vector<FitTask>{{&c.fit, 0, 0, 1}})[0][0], 4u);
    }
}

// ---- what must not change a forest ----

std::vector<std::uint64_t> sums_of(const Case& c) {
  CpuExecutor executor(c.context(), 1, 1u << 28);
  std::vector<std::uint64_t> all;
  for (int fold = 0; fold < c.split.count(); ++fold) {
    const FitTask task{&c.fit, fold, 0, static_cast<std::uint32_t>(c.fit.variants.size())};
    const auto sums = collected_sums(executor, std::span(&task, 1))[0];
    all.insert(all.end(), sums.begin(), sums.end());
  }
  return all;
}

std::vector<std::uint8_t> with_column(const std::vector<std::uint8_t>& cells, std::size_t features,
                                      const std::vector<std::uint8_t>& column) {
  std::vector<std::uint8_t> all;
  for (std::size_t r = 0; r < column.size(); ++r) {
    all.insert(all.end(), cells.begin() + static_cast<std::ptrdiff_t>(r * features),
               cells.begin() + static_cast<std::ptrdiff_t>((r + 1) * features));
    all.push_back(column[r]);
  }
  return all;
}

void add_column(Dataset& d, const Feature& feature, const std::vector<std::uint8_t>& bins) {
  d.bins = with_column(d.bins, d.features.size(), bins);
  if (!d.fine.empty()) d.fine = with_column(d.fine, d.features.size(), std::vector<std::uint8_t>(d.rows));
  d.features.push_back(feature);
}

// Adds a column and looks at all features at every split.
void add_column(Case& c, const Feature& feature, const std::vector<std::uint8_t>& bins) {
  add_column(c.dataset, feature, bins);
  c.fit.settings.max_features = static_cast<std::uint32_t>(c.dataset.features.size());
}

class ForestUnchanged : public ::testing::TestWithParam<int> {};

TEST_P(ForestUnchanged, ByTheOrderOfRowsWithoutABootstrap) {
  Case c = random_case(static_cast<std::uint64_t>(GetParam()) + 7000);
  c.fit.settings.bootstrap = false;
  c.fit.settings.max_samples = {true, 1.0};
  const auto before = sums_of(c);
  std::mt19937_64 rng(1);
  for (int fold = 0; fold < c.split.count(); ++fold)
    std::shuffle(c.split.order.begin() + c.split.fold(fold).validation.begin,
                 c.split.order.begin() + c.split.fold(fold).validation.end, rng);
  std::shuffle(c.split.order.begin() + c.split.folds.back().validation.end, c.split.order.end(), rng);
  EXPECT_EQ(sums_of(c), before);
}

// Twice as many rows of class 0 as of class 1: balanced classes weigh as if class 1's rows were there twice.
TEST_P(ForestUnchanged, ByWritingClassWeightsAsRows) {
  std::mt19937_64 rng(static_cast<std::uint64_t>(GetParam()) + 8000);
  Case weighted;
  weighted.dataset = random_dataset(rng, 240, 4, 2, 255, 0.0);
  drop_fine(weighted.dataset);   // a row's copy counts where small nodes are told from large ones
  Dataset& d = weighted.dataset;
  std::vector<std::uint32_t> of_class[2];
  for (std::uint32_t r = 0; r < d.rows; ++r) of_class[d.target.labels[r]].push_back(r);
  const std::size_t ones = std::min(of_class[1].size(), of_class[0].size() / 2) - 10;
  // 10 rows of each class validate.
  std::vector<std::uint32_t> order;
  for (const auto& rows : of_class) order.insert(order.end(), rows.begin(), rows.begin() + 10);
  const auto train = static_cast<std::ptrdiff_t>(order.size());
  order.insert(order.end(), of_class[0].begin() + 10, of_class[0].begin() + 10 + static_cast<std::ptrdiff_t>(2 * ones));
  order.insert(order.end(), of_class[1].begin() + 10, of_class[1].begin() + 10 + static_cast<std::ptrdiff_t>(ones));
  weighted.split = {order, folds_of_parts({0, static_cast<std::uint32_t>(train)}, order.size())};
  weighted.fit.settings.bootstrap = false;
  weighted.fit.settings.criterion = rng() % 2;
  weighted.fit.settings.max_features = static_cast<std::uint32_t>(1 + rng() % 4);
  weighted.fit.settings.class_weight = TreeSettings::Weights::balanced;
  weighted.fit.variants = {StructureSettings{}};
  weighted.fit.variants[0].max_depth = 4;
  weighted.fit.queries = {{0, 3}};
  weighted.metric = &metric_of("log_loss");
  weighted.seed = rng();
  Case repeated = weighted;
  repeated.fit.settings.class_weight = TreeSettings::Weights::equal;
  repeated.split.order.insert(repeated.split.order.end(), order.end() - static_cast<std::ptrdiff_t>(ones), order.end());
  repeated.split.folds = folds_of_parts({0, static_cast<std::uint32_t>(train)}, repeated.split.order.size());
  repeated.dataset.rows += ones;   // the second copies of the rows
  for (std::size_t i = 0; i < ones; ++i) {
    const std::uint32_t row = order[order.size() - ones + i];
    repeated.split.order[order.size() + i] = static_cast<std::uint32_t>(d.rows + i);
    repeated.dataset.bins.insert(repeated.dataset.bins.end(), d.bins.begin() + row * 4, d.bins.begin() + row * 4 + 4);
    repeated.dataset.target.labels.push_back(d.target.labels[row]);
  }
  EXPECT_EQ(sums_of(repeated), sums_of(weighted));
}

// Shallow trees on features of many values: no two candidates are equally good, so the order of the visits, which an
// additional column changes, does not matter.
Case without_ties(std::uint64_t seed) {
  std::mt19937_64 rng(seed);
  Case c;
  c.dataset = random_dataset(rng, 900, 3, 3, 255, 0.2);
  c.split = random_split(rng, c.dataset, 1);
  c.fit.settings.criterion = rng() % 2;
  c.fit.settings.max_features = 3;   // all
  c.fit.variants = {StructureSettings{}};
  c.fit.variants[0].max_depth = 3;
  c.fit.variants[0].min_samples_split = {false, 100};
  c.fit.queries = {{0, 3}};
  c.seed = seed;
  return c;
}

TEST_P(ForestUnchanged, ByAConstantColumn) {
  Case c = without_ties(static_cast<std::uint64_t>(GetParam()) + 9000);
  const auto before = sums_of(c);
  Feature constant;
  constant.name = "constant";
  constant.values = {1.0};
  add_column(c, constant, std::vector<std::uint8_t>(c.dataset.rows, 0));
  EXPECT_EQ(sums_of(c), before);
}

// One-hot columns of a feature of two values say what the feature says.
TEST_P(ForestUnchanged, ByOneHotColumnsForAFeatureOfTwoValues) {
  Case c = without_ties(static_cast<std::uint64_t>(GetParam()) + 9500);
  Feature two;
  two.name = "two";
  two.bins = 2;
  two.cuts = {0.5};
  two.values = {0.0, 1.0};
  two.bin_begin = {0, 1, 2};
  std::mt19937_64 rng(3);
  std::vector<std::uint8_t> bins(c.dataset.rows), complement(c.dataset.rows);
  for (std::size_t r = 0; r < c.dataset.rows; ++r) {
    bins[r] = static_cast<std::uint8_t>(c.dataset.target.labels[r] == 2 ? rng() % 4 == 0 : rng() % 2);
    complement[r] = 1 - bins[r];
  }
  add_column(c, two, bins);
  const auto before = sums_of(c);
  add_column(c, two, complement);
  EXPECT_EQ(sums_of(c), before);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ForestUnchanged, ::testing::Range(0, 20));

}   // namespace
}   // namespace warptune::test
