#include "family/forest/cpu_executor.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstring>
#include <new>

#include "base/aligned.h"
#include "family/forest/handed_votes.h"
#include "family/forest/wave_size.h"
#include "family/forest/waves.h"

namespace warptune {

namespace {

using kernels::u32;
using kernels::u64;
using kernels::u8;

// Uninitialised, 64-byte aligned bytes: pages that are never touched cost nothing.
class Bytes {
 public:
  explicit Bytes(u64 size)
      : data_(static_cast<u8*>(::operator new (size + line_bytes, std::align_val_t{line_bytes}))) {}
  ~Bytes() { ::operator delete (data_, std::align_val_t{line_bytes}); }
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;
  [[nodiscard]] u8* data() { return data_; }

 private:
  u8* data_;
};

// Score units of this many votes of 8 bytes: they stay in the L1 cache.
constexpr u32 votes_per_unit = 2048;
// A wave's trees stay near the cores between growing and scoring, in memory that is used again and not new pages: this
// many bytes per thread, or so many trees that all threads have work to the end.
constexpr u64 wave_bytes_per_thread = 4ull << 20;
constexpr u32 wave_trees_per_thread = 8;

// Trees of a batch's first wave; the next ones have as many as take this long, so that fits which are whole are handed
// out within that time, however long a tree takes.
constexpr u32 first_trees_per_thread = 64;
constexpr std::chrono::milliseconds wave_time{200};

u64 wave_bytes(const std::vector<PreparedFit>& fits, int threads) {
  u64 tree = 0;
  for (const PreparedFit& fit : fits) tree = std::max(tree, fit.wave_bytes_per_tree());
  return std::max(wave_bytes_per_thread, wave_trees_per_thread * tree) * static_cast<u64>(threads);
}

}   // namespace

CpuDataset::CpuDataset(const FitContext& context)
    : entropy_terms_(std::max<u64>(context.dataset->rows, context.draws.most) + 1) {
  const Dataset& dataset = *context.dataset;
  if (context.draws.by_class) class_order_ = warptune::class_order(dataset, *context.split);
  view_.bucket_bins = 2;
  for (const Feature& feature : dataset.features) {
    feature_bins_.push_back(static_cast<u8>(feature.bins));
    feature_missing_.push_back(feature.has_missing);
    feature_fine_.push_back(feature.has_fine());
    feature_begin_.push_back(static_cast<u32>(bin_begin_.size()));
    for (const u32 begin : feature.bin_begin) bin_begin_.push_back(static_cast<u32>(values_.size()) + begin);
    values_.insert(values_.end(), feature.values.begin(), feature.values.end());
    view_.bucket_bins = std::max(view_.bucket_bins, static_cast<u32>(feature.bins) + 1);
    // A small node has a bin for each of its rows.
    if (feature.has_fine()) view_.bucket_bins = std::max(view_.bucket_bins, kernels::exact_rows + 1);
  }
  cpu_kernels().entropy_terms(entropy_terms_.data(), static_cast<u32>(entropy_terms_.size()));
  view_.bins = dataset.bins.data();
  view_.fine = dataset.fine.empty() ? nullptr : dataset.fine.data();
  view_.labels = dataset.target.labels.data();
  view_.feature_bins = feature_bins_.data();
  view_.feature_missing = feature_missing_.data();
  view_.feature_fine = feature_fine_.data();
  view_.values = values_.data();
  view_.bin_begin = bin_begin_.data();
  view_.feature_begin = feature_begin_.data();
  view_.entropy_terms = entropy_terms_.data();
  view_.entropy_counts = static_cast<u32>(entropy_terms_.size());
  view_.rows = static_cast<u32>(dataset.rows);
  view_.features = static_cast<u32>(dataset.features.size());
  view_.classes = static_cast<u32>(dataset.target.classes.size());
}

CpuExecutor::CpuExecutor(const FitContext& context, int threads, std::uint64_t memory_bytes)
    : ForestExecutor(context), kernels_(cpu_kernels()), dataset_(context), pool_(threads), memory_bytes_(memory_bytes) {
  counters_.uploads = 1;
}

std::string CpuExecutor::name() const {
  return std::string("cpu (") + kernels_.name + ", " + std::to_string(pool_.threads()) + " threads)";
}

// Of a thread: the most that any unit needs.
std::uint64_t CpuExecutor::workspace_bytes(const Waves& waves) const {
  u64 bytes = line_bytes;
  for (const PreparedFit& fit : waves.fits()) {
    bytes = std::max(bytes, kernels_.tree_workspace_bytes(dataset_.view(), fit.fit));
    bytes = std::max(bytes, kernels_.score_workspace_bytes({0, 0, 0, waves.score_rows(fit)}, fit.fit));
    if (context_.metric->ranks) bytes = std::max(bytes, kernels_.area_workspace_bytes(fit.fit));
  }
  return aligned(bytes, page_bytes);
}

void CpuExecutor::sums(std::span<const FitTask> tasks, const std::stop_token& stop, const OnSums& on_sums) {
  const FitTask& first = tasks.front();   // the only one where trees go on from others, or others from them
  assert((first.before == nullptr && first.then == nullptr) || tasks.size() == 1);
  std::vector<PreparedFit> prepared;
  for (const FitTask& task : tasks) prepared.push_back(prepare_fit(context_, task));
  const u64 bytes = wave_bytes(prepared, pool_.threads());
  Waves waves(std::move(prepared), std::min(bytes, memory_bytes_ / 2), votes_per_unit);
  const u64 workspace = workspace_bytes(waves);
  try {
    Bytes kept(waves.kept_bytes()), arena(waves.largest_arena_bytes()), tables(waves.largest_tables_bytes()),
        workspaces(workspace * pool_.threads());
    std::memset(kept.data(), 0, waves.sums_bytes());
    counters_.peak_device_bytes = std::max(
        counters_.peak_device_bytes, waves.kept_bytes() + waves.largest_arena_bytes() + workspace * pool_.threads());
    const auto run_units = [&](const Wave& wave, auto kernel, const auto& units) {
      const auto args = wave.args(dataset_.view(), tables.data(), wave.fits_at, units);
      pool_.run(
          units.count, [&](u32 unit, int thread) { kernel(args, unit, workspaces.data() + workspace * thread); }, stop);
    };
    const auto* sums = reinterpret_cast<const u64*>(kept.data());
    auto* const votes = reinterpret_cast<u64*>(kept.data() + waves.votes_at(0));
    bool goes_on = first.before == nullptr;
    std::size_t given = 0;   // tasks
    u32 most_trees = first_trees_per_thread * static_cast<u32>(pool_.threads());
    while (!waves.done()) {
      auto began = std::chrono::steady_clock::now();
      const Wave wave = waves.next(
          {tables.data(), kept.data(), arena.data(), context_.split->order.data(), dataset_.class_order()}, most_trees);
      std::memcpy(tables.data(), wave.tables.data(), wave.tables.size());
      run_units(wave, kernels_.grow, wave.trees);
      if (!goes_on) {
        const auto waits = std::chrono::steady_clock::now();
        const auto before = given_votes(first, stop);
        if (before.empty()) return;
        began += std::chrono::steady_clock::now() - waits;
        place_votes(waves.fits().front(), before, votes);
        goes_on = true;
      }
      run_units(wave, kernels_.score, wave.scores);
      run_units(wave, kernels_.area, wave.areas);
      if (stop.stop_requested()) return;   // units of this wave may be missing
      counters_.trees += wave.trees.count;
      most_trees = trees_of_next_wave(wave.trees.count, std::chrono::steady_clock::now() - began, wave_time,
                                      wave_trees_per_thread * static_cast<u32>(pool_.threads()));
      ask_pruner(tasks, waves, sums);
      if (waves.done() && first.then != nullptr)
        first.then->give(first.first_variant, first.last_variant, handed_votes(waves.fits().front(), votes));
      for (; given < waves.whole(); ++given) {
        counters_.fits += tasks[given].then == nullptr;   // a fit's last range
        on_sums(given, {sums + waves.sums_offset(given), waves.fits()[given].sums_count()});
      }
    }
  } catch (const std::bad_alloc&) {
    memory_bytes_ /= 2;
    throw BatchTooLarge{"the host's memory is full", true};
  }
}

}   // namespace warptune
