// Times single ops (Google Benchmark) on tables of the shapes of blog, spam and letter: op_bench [--benchmark_filter=...].
// items_per_second counts what bench/README.md's floors count: histogram adds, row moves, votes, trials; bytes_per_second
// what an op must read and write. One lane, compiled for this processor.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "warptune/dataset.h"
#include "warptune/table.h"

// The kernels as the program compiles them, in a namespace of this program's, so that their parts can be called.
#define WARPTUNE_BACKEND op_bench
#include "kernels/backend_cpu.cpp"

namespace warptune::kernels::op_bench {
namespace {

using Stat = ClassCounts;

struct Shape {
  const char* name;
  u32 rows, features, bins, classes;
};
constexpr Shape shapes[] = {{"blog", 10000, 4, 255, 2}, {"spam", 4601, 57, 200, 2}, {"letter", 20000, 16, 16, 26}};

// A table of a shape, a fit on two thirds of it and one tree's workspace, with its bootstrap drawn.
class OneTree {
 public:
  explicit OneTree(const Shape& shape)
      : bins_(u64{shape.rows} * shape.features),
        labels_(shape.rows),
        feature_bins_(shape.features, static_cast<u8>(shape.bins)),
        none_(shape.features, 0),
        values_(u64{shape.features} * shape.bins),
        bin_begin_(u64{shape.features} * (shape.bins + 1)),
        feature_begin_(shape.features),
        terms_(shape.rows + 1),
        order_(shape.rows) {
    std::mt19937_64 rng(1);
    for (u8& bin : bins_) bin = static_cast<u8>(rng() % shape.bins);
    for (u32 r = 0; r < shape.rows; ++r) {
      const u32 signal = bins_[u64{r} * shape.features] * shape.classes / shape.bins;
      labels_[r] = static_cast<u8>(rng() % 4 != 0 ? signal : rng() % shape.classes);
      order_[r] = r;
    }
    std::shuffle(order_.begin(), order_.end(), rng);
    for (u32 f = 0; f < shape.features; ++f) {
      feature_begin_[f] = f * (shape.bins + 1);
      for (u32 b = 0; b < shape.bins; ++b) values_[f * shape.bins + b] = b;
      for (u32 b = 0; b <= shape.bins; ++b) bin_begin_[feature_begin_[f] + b] = f * shape.bins + b;
    }
    for (u32 c = 2; c <= shape.rows; ++c)
      terms_[c] = static_cast<i64>(c * std::log2(static_cast<double>(c)) * 4294967296.0 + 0.5);
    data.bins = bins_.data();
    data.labels = labels_.data();
    data.feature_bins = feature_bins_.data();
    data.feature_missing = none_.data();   // no cell is missing, and every bin has one value
    data.feature_fine = none_.data();
    data.values = values_.data();
    data.bin_begin = bin_begin_.data();
    data.feature_begin = feature_begin_.data();
    data.entropy_terms = terms_.data();
    data.rows = shape.rows;
    data.features = shape.features;
    data.classes = shape.classes;
    data.bucket_bins = shape.bins + 1;
    fit.order = order_.data();
    fit.end = shape.rows / 3;
    fit.train = {0, 0, fit.end, shape.rows - fit.end};
    fit.draws = train();
    fit.bootstrap_key = 1;
    fit.node_key = 2;
    fit.criterion = gini;
    fit.max_features = static_cast<u32>(std::sqrt(shape.features));
    fit.min_samples_leaf = 1;
    fit.min_samples_split = 2;
    fit.max_depth = none32;
    fit.max_nodes = 2 * train();
    fit.values = shape.classes == 2 ? 1 : shape.classes;
    workspace_.resize(carve_tree<Stat>(nullptr, data, fit, single_scratch_bytes<Stat>(data)).bytes);
    tree = carve_tree<Stat>(workspace_.data(), data, fit, single_scratch_bytes<Stat>(data)).tree;
    sample();
    tree.drawn[0] = stat.drawn_of([&](u32 k) { return tree.sums[k]; });
    clear_buckets(stat, tree);
  }

  u32 sample() {
    SingleLane block;
    u32 count = 0;
    std::memset(tree.sums, 0, data.classes * sizeof(u32));
    std::memset(tree.visited, 0, (data.features + 31) / 32 * sizeof(u32));
    rows_ = sample_rows(block, stat, tree, 0, &count);
    return rows_;
  }
  [[nodiscard]] u32 rows() const { return rows_; }   // distinct ones of the bootstrap
  [[nodiscard]] u32 train() const { return fit.train.rows; }

  // The search of a node of the first `rows` samples.
  [[nodiscard]] NodeTask<Stat> node(u32 rows) {
    counts_.assign(data.classes, 0);
    u32 n = 0;
    for (u32 i = 0; i < rows; ++i) {
      Stat::each(tree.samples[i].payload, [&](u32 k, u32 drawn) { counts_[k] += drawn; });
      n += Stat::drawn(tree.samples[i].payload);
    }
    return {&data, &fit, &stat, tree.samples, rows, n, counts_.data(), 0.0, 0, 1};
  }

  DatasetView data{};
  Fit fit{};
  Stat stat{data, fit};
  Tree<Stat> tree{};

 private:
  std::vector<u8> bins_, labels_, feature_bins_, none_;
  std::vector<double> values_;
  std::vector<u32> bin_begin_, feature_begin_;
  std::vector<i64> terms_;
  std::vector<u32> order_, counts_;
  std::vector<u8> workspace_;
  u32 rows_ = 0;
};

const Shape& shape_of(benchmark::State& state) {
  const Shape& shape = shapes[state.range(0)];
  state.SetLabel(shape.name);
  return shape;
}

void count(benchmark::State& state, u64 items, u64 bytes) {
  state.SetItemsProcessed(static_cast<i64>(items) * state.iterations());
  state.SetBytesProcessed(static_cast<i64>(bytes) * state.iterations());
}

// Items: bootstrap draws.
void bootstrap(benchmark::State& state) {
  OneTree one(shape_of(state));
  for (auto _ : state) benchmark::DoNotOptimize(one.sample());
  count(state, one.train(), u64{one.train()} * (4 + 4 + 4 + 1) + u64{one.rows()} * sizeof(Sample<Stat>));
}

// Items: histogram adds of two classes, rows x up to four features. Bytes: samples and bins.
void histogram(benchmark::State& state) {
  OneTree one(shape_of(state));
  const u32 features = std::min(one.fit.max_features, 4u), buckets_of = 256;
  const NodeTask<Stat> task = one.node(one.rows());
  std::vector<u32> memory(4 * buckets_of);
  u32 feature[4] = {0, 1, 2, 3};
  u32* buckets[4];
  for (u32 g = 0; g < 4; ++g) buckets[g] = memory.data() + g * buckets_of;
  for (auto _ : state) {
    add_rows<Bucket16>(task, features, feature, buckets);
    benchmark::ClobberMemory();
  }
  count(state, u64{task.rows} * features, u64{task.rows} * (sizeof(Sample<Stat>) + features));
}

// A node's whole search: features drawn, histograms, candidates. Items: histogram adds.
void search(benchmark::State& state) {
  OneTree one(shape_of(state));
  const NodeTask<Stat> task = one.node(std::min(one.rows(), static_cast<u32>(state.range(1))));
  for (auto _ : state) benchmark::DoNotOptimize(search_node(task, one.tree));
  count(state, u64{task.rows} * one.fit.max_features, u64{task.rows} * (sizeof(Sample<Stat>) + one.fit.max_features));
}

// Items: rows moved. Bytes: a sample read and written, its bin read.
void partition(benchmark::State& state) {
  OneTree one(shape_of(state));
  const std::vector<Sample<Stat>> samples(one.tree.samples, one.tree.samples + one.rows());
  const u32 threshold = (one.data.feature_bins[0] / 2u) << 8 | 255;   // between bins, ops/threshold.h
  for (auto _ : state) {
    state.PauseTiming();
    std::memcpy(one.tree.samples, samples.data(), samples.size() * sizeof(Sample<Stat>));
    state.ResumeTiming();
    benchmark::DoNotOptimize(
        partition_rows(one.data, 0, threshold, one.tree.samples, one.tree.samples_other, one.rows()));
  }
  count(state, one.rows(), u64{one.rows()} * (2 * sizeof(Sample<Stat>) + 1));
}

// Fifty trees of 500 nodes scored under one structure, one query at the end. Items: votes, rows x trees.
void score_trees(benchmark::State& state) {
  OneTree one(shape_of(state));
  constexpr u32 trees = 50, nodes = 500;
  Fit fit = one.fit;
  const u32 valid = fit.end - fit.begin, values = fit.values;
  std::mt19937_64 rng(2);
  std::vector<u32> leaf(u64{trees} * valid), cut(u64{trees} * nodes), value(u64{trees} * nodes * values);
  for (u32& x : leaf) x = static_cast<u32>(rng() % nodes);
  for (u32& x : cut) x = static_cast<u32>(rng() % nodes);
  for (u32& x : value) x = static_cast<u32>(rng() % (1u << vote_bits));
  std::vector<u64> votes(u64{valid} * (values + 1)), kept(u64{valid} * values);   // of votes, also labels
  const Structure structure{none32, 2, none32, 0, 0.0, 0.0};
  const u32 query_begin[] = {0, 1};
  const Query query{trees, 0, 0, 0};
  u64 sum = 0;
  fit.structures = fit.queries = fit.tile = fit.tiles = 1;
  fit.structure = &structure;
  fit.query_begin = query_begin;
  fit.query = &query;
  fit.trees = trees;
  fit.max_nodes = nodes;
  fit.leaf = leaf.data();
  fit.cut = cut.data();
  fit.value = value.data();
  fit.votes = kept.data();
  fit.sums = &sum;
  fit.sums_per_query = 1;
  fit.metric = accuracy;
  ScoreArgs args{};
  args.data = one.data;
  args.fits = &fit;
  SingleLane block;
  for (auto _ : state) {
    score_rows(block, args, {0, 0, 0, valid}, votes.data());
    benchmark::DoNotOptimize(sum);
  }
  count(state, u64{valid} * trees, u64{valid} * trees * (4 + 4 + 4 * values) + u64{valid} * values * 16);
}

// Items: trials of three parameters.
void draw_trials(benchmark::State& state) {
  const DrawSpec specs[] = {{draw_index, 0, 450, 50, 499, 1, 50, 499},
                            {draw_index, 0, 8, 2, 9, 1, 2, 9},
                            {draw_log, 0, 0, std::log(1e-5), std::log(0.1), 0, 1e-5, 0.1}};
  constexpr u32 trials = 1000, parameters = 3;
  std::vector<double> values(u64{trials} * parameters);
  for (auto _ : state) {
    for (u32 i = 0; i < trials; ++i)
      for (u32 p = 0; p < parameters; ++p)
        values[u64{i} * parameters + p] =
            draw_value(specs[p], [&](u32 attempt) { return philox(1, 16 * p + attempt, 0, i, 0); });
    benchmark::DoNotOptimize(values.data());
  }
  count(state, trials, values.size() * sizeof(double));
}

// Rows of a shape as CSV text.
std::string csv_text(const Shape& shape) {
  std::mt19937_64 rng(3);
  std::normal_distribution<double> normal;
  std::string text;
  for (u32 f = 0; f < shape.features; ++f) text += "x" + std::to_string(f) + ",";
  text += "target\n";
  char cell[32];
  for (u32 r = 0; r < shape.rows; ++r) {
    for (u32 f = 0; f < shape.features; ++f) {
      std::snprintf(cell, sizeof cell, "%.6f,", normal(rng));
      text += cell;
    }
    text += std::to_string(rng() % shape.classes) + "\n";
  }
  return text;
}

// Items: cells. Bytes: of the text.
void csv(benchmark::State& state) {
  const Shape& shape = shape_of(state);
  const std::string text = csv_text(shape);
  for (auto _ : state) {
    const Result<Table> table = parse_csv(text, "bench");
    if (!table) state.SkipWithError(table.error().message.c_str());
  }
  count(state, u64{shape.rows} * (shape.features + 1), text.size());
}

// Cut points and bins of a parsed table. Items: cells. Bytes: numbers read, bins written.
void bin(benchmark::State& state) {
  const Shape& shape = shape_of(state);
  const Result<Table> table = parse_csv(csv_text(shape), "bench");
  DatasetOptions options;
  options.target = "target";
  for (auto _ : state) {
    const Result<Dataset> dataset = make_dataset(*table, options);
    if (!dataset) state.SkipWithError(dataset.error().message.c_str());
  }
  const u64 cells = u64{shape.rows} * shape.features;
  count(state, cells, cells * 9);
}

BENCHMARK(bootstrap)->DenseRange(0, 2)->ArgName("table");
BENCHMARK(histogram)->DenseRange(0, 2)->ArgName("table");
BENCHMARK(search)->ArgsProduct({{0, 1, 2}, {20, 300, 1 << 20}})->ArgNames({"table", "rows"});
BENCHMARK(partition)->DenseRange(0, 2)->ArgName("table");
BENCHMARK(score_trees)->DenseRange(0, 2)->ArgName("table");
BENCHMARK(draw_trials);
BENCHMARK(csv)->DenseRange(0, 2)->ArgName("table")->Unit(benchmark::kMillisecond);
BENCHMARK(bin)->DenseRange(0, 2)->ArgName("table")->Unit(benchmark::kMillisecond);

}   // namespace
}   // namespace warptune::kernels::op_bench
