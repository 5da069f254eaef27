// Runs fits on a GPU: the dataset goes up once per device, each executor has a stream of its own and its buffers.
#ifdef WARPTUNE_HAS_CUDA

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <chrono>
#include <cstring>
#include <new>
#include <optional>
#include <stop_token>

#include "base/aligned.h"
#include "base/setting_mark.h"
#include "family/forest/cuda_executors.h"
#include "family/forest/dataset_bytes.h"
#include "family/forest/forest_executor.h"
#include "family/forest/gangs.h"
#include "family/forest/handed_votes.h"
#include "family/forest/shared_device.h"
#include "family/forest/wave_size.h"
#include "family/forest/waves.h"
#include "kernels/backend_cuda.h"
#include "kernels/exec/cuda_memory.h"

namespace warptune {

namespace {

using kernels::u32;
using kernels::u64;
using kernels::u8;

class CudaExecutor : public ForestExecutor {
 public:
  CudaExecutor(const FitContext& context, int device, int stream, u64 memory_bytes,
               std::shared_ptr<SharedDevice> shared)
      : ForestExecutor(context),
        device_(device),
        stream_number_(stream),
        memory_bytes_(memory_bytes),
        shared_(std::move(shared)) {
    shared_->join([this] { release(); });
  }

  [[nodiscard]] std::string name() const override {
    return fmt::format("cuda:{} (stream {})", device_, stream_number_);
  }
  [[nodiscard]] int device_number() const override { return device_; }
  [[nodiscard]] u64 memory_bytes() const override { return memory_bytes_; }
  [[nodiscard]] Counters counters() const override { return counters_; }

  void sums(std::span<const FitTask> tasks, const std::stop_token& stop, const OnSums& on_sums) override {
    std::optional<CudaError> failed;
    u32 resets = 0;
    {
      const auto use = shared_->use();
      resets = shared_->resets();
      try {
        run_batch(tasks, stop, on_sums);
      } catch (const CudaError& error) {
        failed = error;
        release();
      } catch (const std::bad_alloc&) {
        release();
        memory_bytes_ /= 2;
        throw BatchTooLarge{"the host's memory is full", true};
      }
    }
    if (failed) give_up_batch(*failed, resets);
  }

 private:
  struct Buffers {
    DeviceBytes tables, kept, arena, workspace;
    PinnedBytes host_tables, host_sums;
  };

  // How a batch's kernels are launched, and what a block's workspace takes.
  struct Launches {
    kernels::cuda::LaunchShape score, area;
    u64 grow_blocks = 1;   // at most
    bool plain = false;    // all its fits are
    u64 tree_bytes = device_line_bytes, area_bytes = device_line_bytes;
    u64 workspace = 0, most_workspace = 0;   // of all blocks of a launch, and what there is room for
    u64 rows = 0;                            // of a tree, at least
  };

  // A launch of gangs of blocks. Where trees are to be a block's, `blocks` is 1.
  struct Gangs {
    u32 blocks = 1, count = 0;
    u64 tree_bytes = 0, words_bytes = 0;
    [[nodiscard]] u64 workspace() const { return words_bytes + count * tree_bytes; }
  };

  // What ranges of a fit's trees hand on: votes.
  struct Handing {
    const FitTask& task;
    bool goes_on;                   // the votes of the trees before are in place
    bool handed_on;                 // what they come to with the range's own is given
    std::vector<u64> placed = {};   // until they are sent
    std::chrono::steady_clock::duration waited = {};
  };

  // Buffers are of few sizes, at most a quarter larger than what they are for, so that batches alike take no others.
  static u64 buffer_bytes(u64 bytes) {
    return aligned(bytes, std::max<u64>(device_line_bytes, std::bit_floor(bytes) / 4));
  }
  template <class Bytes>
  static void grow_to(Bytes& buffer, u64 bytes, u64 most = ~u64{0}) {
    if (buffer.bytes() >= bytes) return;
    buffer = Bytes();   // first give back, then take
    buffer = Bytes(std::max(bytes, std::min(most, buffer_bytes(bytes))));
  }

  void release() {
    if (stream_ != nullptr) (void)cudaStreamSynchronize(stream_->get());   // before its buffers go
    buffers_ = {};
    stop_word_ = nullptr;
    stream_ = nullptr;
    (void)cudaGetLastError();
  }

  // Throws what the scheduler is to do.
  void give_up_batch(const CudaError& error, u32 resets) {
    const std::string message = fmt::format("cuda:{}: {}", device_, error.message);
    if (error.code == cudaErrorMemoryAllocation) {
      memory_bytes_ /= 2;   // fewer trees at a time and fewer blocks, from now on
      throw BatchTooLarge{message};
    }
    if (error.code == cudaErrorLaunchTimeout && shared_->reset(resets)) {
      throw BatchTooLarge{message, false,
                          shared_->untold_of_reset() ? message + "; its launches have fewer trees from now on" : ""};
    }
    throw DeviceLost{shared_->lose(error.message)};
  }

  void run_batch(std::span<const FitTask> tasks, const std::stop_token& stop, const OnSums& on_sums) {
    (void)cudaGetLastError();   // this thread's, of before the device was reset: until then it could not be cleared
    CHECK_CUDA(cudaSetDevice(device_));
    const CudaDataset& dataset = shared_dataset();
    if (stop_word_ == nullptr) stop_word_ = std::make_unique<MappedWord>();
    const std::stop_callback ends_launches(stop, [this] { stop_word_->set(1); });
    if (stream_ == nullptr) {
      stream_ = std::make_unique<CudaStream>();
      area_shape_ = kernels::cuda::area_shape();
      int watched = 0;
      CHECK_CUDA(cudaDeviceGetAttribute(&watched, cudaDevAttrKernelExecTimeout, device_));
      watchdog_ = watched != 0;
      gangs_ = kernels::cuda::has_gangs();
    }
    const FitTask& first = tasks.front();   // the only one where trees go on from others, or others from them
    assert((first.before == nullptr && first.then == nullptr) || tasks.size() == 1);
    std::vector<PreparedFit> prepared;
    for (const FitTask& task : tasks) prepared.push_back(prepare_fit(context_, task));
    u32 shift = nodes_shift(prepared, dataset.view());
    Waves waves(std::move(prepared), memory_bytes_ / 4, votes_per_unit, shift);
    Launches launches = launches_of(waves, dataset.view());
    make_room(waves, launches, dataset);
    const cudaStream_t stream = stream_->get();
    const auto* sums = reinterpret_cast<const u64*>(buffers_.host_sums.data());
    const u64* const outgrown = sums + waves.sums_bytes() / 8;
    Handing handing{first, first.before == nullptr, first.then == nullptr};
    std::size_t given = 0;   // tasks
    CHECK_CUDA(cudaMemsetAsync(buffers_.kept.data(), 0, waves.sums_bytes(), stream));
    const auto blocks = static_cast<u32>(launches.grow_blocks);
    u32 most_trees = watchdog_ ? blocks : ~0u;
    while (!waves.done() && !stop.stop_requested()) {
      const auto began = std::chrono::steady_clock::now();
      handing.waited = {};
      const Wave wave = waves.next({buffers_.tables.data(), buffers_.kept.data(), buffers_.arena.data(),
                                    dataset.order(), dataset.class_order()},
                                   std::min(most_trees, shared_->most_trees()));
      shared_->launches(wave.trees.count);
      send_tables(wave);
      launch_growing(waves, wave, launches, dataset.view());
      if (!handing.goes_on && !go_on(handing, waves, wave, launches, dataset.view(), stop)) return;
      if (!handing.handed_on || waves.fits().front().fit.queries > 0) launch_scoring(wave, launches, dataset.view());
      const u64 last = context_.pruner == nullptr ? sums_end(waves) : waves.sums_bytes();
      if (const u64 begin = waves.sums_offset(given) * 8, end = last; end > begin) {
        CHECK_CUDA(cudaMemcpyAsync(buffers_.host_sums.data() + begin, buffers_.kept.data() + begin, end - begin,
                                   cudaMemcpyDeviceToHost, stream));
        counters_.bytes_from_device += end - begin;
      }
      if (shift > 0) {
        CHECK_CUDA(cudaMemcpyAsync(buffers_.host_sums.data() + waves.sums_bytes(),
                                   buffers_.tables.data() + wave.outgrown_at, 8, cudaMemcpyDeviceToHost, stream));
        counters_.bytes_from_device += 8;
      }
      // The next wave's tables go through the same host memory.
      CHECK_CUDA(cudaStreamSynchronize(stream));
      handing.placed = {};
      if (stop.stop_requested()) return;   // units of this wave may be missing
      if (shift > 0 && *outgrown > 0) {
        counters_.trees -= wave.trees.count;
        shift = most_shift_ = shift > 1 ? 1 : 0;
        waves.again(shift);
        launches = launches_of(waves, dataset.view());
        make_room(waves, launches, dataset);
        continue;
      }
      if (waves.done() && !handing.handed_on)
        first.then->give(first.first_variant, first.last_variant, votes_of(waves));
      if (watchdog_)
        most_trees = trees_of_next_wave(wave.trees.count, std::chrono::steady_clock::now() - began - handing.waited,
                                        watched_wave_time, blocks);
      ask_pruner(tasks, waves, sums);
      for (; given < waves.whole(); ++given) {
        counters_.fits += tasks[given].then == nullptr;   // a fit's last range
        on_sums(given, {sums + waves.sums_offset(given), waves.fits()[given].sums_count()});
      }
    }
  }

  // Between growing and scoring the first wave of trees that go on from others. A wave that has all of the range's trees hands on
  // first, so that ranges are scored beside each other. Returns false when it was asked to stop.
  bool go_on(Handing& handing, const Waves& waves, const Wave& wave, const Launches& launches,
             const kernels::DatasetView& view, const std::stop_token& stop) {
    const PreparedFit& fit = waves.fits().front();
    std::vector<u64> own;
    if (wave.own_fits_at != 0 && waves.done()) {
      kernels::cuda::score(args(wave, view, wave.own_fits_at, wave.scores, 3), launches.score, stream_->get());
      ++counters_.launches;
      own = votes_of(waves);
      u64 outgrown = 0;
      CHECK_CUDA(cudaMemcpyAsync(&outgrown, buffers_.tables.data() + wave.outgrown_at, 8, cudaMemcpyDeviceToHost,
                                 stream_->get()));
      counters_.bytes_from_device += 8;
      CHECK_CUDA(cudaStreamSynchronize(stream_->get()));
      if (stop.stop_requested()) return false;   // trees may be missing
      if (outgrown > 0) return true;             // they are grown anew
    }
    CHECK_CUDA(cudaStreamSynchronize(stream_->get()));   // what is not given may be thrown
    const auto waits = std::chrono::steady_clock::now();
    const auto before = given_votes(handing.task, stop, shared_->resetting());
    if (before.empty()) return false;
    handing.waited = std::chrono::steady_clock::now() - waits;
    handing.goes_on = true;
    handing.placed.resize(fit.votes_bytes() / 8);
    place_votes(fit, before, handing.placed.data());
    CHECK_CUDA(cudaMemcpyAsync(buffers_.kept.data() + waves.votes_at(0), handing.placed.data(), fit.votes_bytes(),
                               cudaMemcpyHostToDevice, stream_->get()));
    counters_.bytes_to_device += fit.votes_bytes();
    if (own.empty()) return true;
    for (std::size_t i = 0; i < own.size(); ++i) own[i] += before[i];
    handing.task.then->give(handing.task.first_variant, handing.task.last_variant, own);
    handing.handed_on = true;
    return true;
  }

  // Of the first fit, as they are handed on.
  std::vector<u64> votes_of(const Waves& waves) {
    const PreparedFit& fit = waves.fits().front();
    std::vector<u64> votes(fit.votes_bytes() / 8);
    CHECK_CUDA(cudaMemcpyAsync(votes.data(), buffers_.kept.data() + waves.votes_at(0), fit.votes_bytes(),
                               cudaMemcpyDeviceToHost, stream_->get()));
    counters_.bytes_from_device += fit.votes_bytes();
    CHECK_CUDA(cudaStreamSynchronize(stream_->get()));
    return handed_votes(fit, votes.data());
  }

  const CudaDataset& shared_dataset() {
    bool uploaded_now = false;
    const CudaDataset& dataset = shared_->dataset(uploaded_now);
    if (uploaded_now) {
      ++counters_.uploads;
      counters_.bytes_to_device += dataset.bytes();
    }
    return dataset;
  }

  [[nodiscard]] Launches launches_of(const Waves& waves, const kernels::DatasetView& view) const {
    Launches l{{}, area_shape_};
    u64 score_bytes = 8;
    for (const PreparedFit& fit : waves.fits()) {
      if (context_.metric->ranks) l.area_bytes = std::max(l.area_bytes, kernels::cuda::area_bytes(fit.fit));
      score_bytes = std::max(score_bytes, kernels::cuda::score_bytes(waves.score_rows(fit), fit.fit));
    }
    l.plain = all_plain(waves.fits(), view);
    l.tree_bytes = tree_bytes(waves.fits(), view, 0);
    l.area_bytes = aligned(l.area_bytes, device_line_bytes);
    l.score = kernels::cuda::score_shape(score_bytes);
    // As many blocks as there is memory for besides what is kept and what trees leave, and no more than trees.
    const u64 others = std::max(buffers_.kept.bytes(), buffer_bytes(waves.kept_bytes())) +
                       std::max(buffers_.tables.bytes(), buffer_bytes(waves.largest_tables_bytes())) +
                       buffer_bytes(waves.largest_arena_bytes()) + memory_bytes_ / 16;
    l.most_workspace = std::max(memory_bytes_ - std::min(memory_bytes_, others), memory_bytes_ / 8);
    l.grow_blocks = std::clamp<u64>(l.most_workspace / l.tree_bytes, 1, blocks_wanted(waves.fits(), view));
    l.area.blocks = static_cast<u32>(std::clamp<u64>(l.most_workspace / l.area_bytes, 1, l.area.blocks));
    l.workspace = std::max(l.grow_blocks * l.tree_bytes, context_.metric->ranks ? l.area.blocks * l.area_bytes : 0);
    l.rows = ~u64{0};
    for (const PreparedFit& fit : waves.fits()) l.rows = std::min<u64>(l.rows, tree_rows(fit.fit));
    if (const Gangs gangs = gangs_of(waves.fits(), view, trees_of(waves.fits()), l.rows, l.most_workspace);
        gangs.blocks > 1)
      l.workspace = std::max(l.workspace, gangs.workspace());
    return l;
  }

  static u32 tree_rows(const kernels::Fit& fit) {
    return fit.draws > 0 ? std::min(fit.draws, fit.train.rows) : fit.train.rows;
  }

  // Gangs for so many trees, as far as they fit the workspace; if that is better than blocks which do.
  [[nodiscard]] Gangs gangs_of(const std::vector<PreparedFit>& fits, const kernels::DatasetView& view, u64 trees,
                               u64 rows, u64 workspace) const {
    if (!gangs_) return {};
    const u32 processors = kernels::cuda::multiprocessors(), least = static_cast<u32>(std::min<u64>(trees, ~0U));
    Gangs gangs{gang_size(least, rows, processors)};
    if (gangs.blocks == 1) return {};
    gangs.count = std::min(least, processors / gangs.blocks);
    gangs.words_bytes = aligned(gangs.count * sizeof(kernels::GangWords), device_line_bytes);
    gangs.tree_bytes = tree_bytes(fits, view, 0, gangs.blocks);
    if (gangs.workspace() <= workspace) return gangs;
    const auto turns = [least](u64 at_once) { return static_cast<double>((least + at_once - 1) / at_once); };
    gangs.count = static_cast<u32>((workspace - std::min(workspace, gangs.words_bytes)) / gangs.tree_bytes);
    if (gangs.count == 0) return {};
    const u64 alone = std::clamp<u64>(workspace / tree_bytes(fits, view, 0), 1, least);
    return turns(gangs.count) * gang_turn(gangs.blocks, rows) < worth_a_gang * turns(alone) ? gangs : Gangs{};
  }

  static u64 trees_of(const std::vector<PreparedFit>& fits) {
    u64 trees = 0;
    for (const PreparedFit& fit : fits) trees += fit.trees - fit.first_tree;
    return trees;
  }

  // A workspace for one tree. blocks: that grow it.
  static u64 tree_bytes(const std::vector<PreparedFit>& fits, const kernels::DatasetView& view, u32 shift,
                        u32 blocks = 1) {
    u64 bytes = device_line_bytes;
    for (const PreparedFit& prepared : fits) {
      kernels::Fit fit = prepared.fit;
      fit.max_nodes = shifted_nodes(fit.max_nodes, shift);
      bytes = std::max(bytes, kernels::cuda::tree_workspace_bytes(view, fit, blocks));
    }
    return aligned(bytes, device_line_bytes);
  }

  static bool all_plain(const std::vector<PreparedFit>& fits, const kernels::DatasetView& view) {
    return std::all_of(fits.begin(), fits.end(),
                       [&](const PreparedFit& fit) { return kernels::cuda::grows_plain(view, fit.fit); });
  }

  // As many as the GPU has room for, and no more than trees.
  static u64 blocks_wanted(const std::vector<PreparedFit>& fits, const kernels::DatasetView& view) {
    return std::min<u64>(trees_of(fits), kernels::cuda::grow_shape(kernels::none32, all_plain(fits, view)).blocks);
  }

  // Trees get room for all nodes that they may have if about half of the memory holds as many trees as are wanted at once,
  // else for fewer, down to an eighth; if one outgrows that all of its wave are grown anew.
  [[nodiscard]] u32 nodes_shift(const std::vector<PreparedFit>& fits, const kernels::DatasetView& view) const {
    const u64 wanted = blocks_wanted(fits, view);
    u32 shift = 0;
    while (shift < most_shift_ && memory_bytes_ / 2 / tree_bytes(fits, view, shift) < wanted) ++shift;
    return shift;
  }

  void make_room(const Waves& waves, const Launches& launches, const CudaDataset& dataset) {
    const u64 arena = std::max<u64>(device_line_bytes, waves.largest_arena_bytes());
    if (std::max(buffers_.arena.bytes(), arena) + std::max(buffers_.workspace.bytes(), launches.workspace) >
        launches.most_workspace + buffer_bytes(arena)) {   // they are of another batch, which had other needs
      buffers_.arena = {};
      buffers_.workspace = {};
    }
    grow_to(buffers_.tables, waves.largest_tables_bytes());
    grow_to(buffers_.kept, waves.kept_bytes());
    grow_to(buffers_.arena, arena);
    grow_to(buffers_.workspace, launches.workspace, launches.most_workspace);
    grow_to(buffers_.host_tables, waves.largest_tables_bytes());
    grow_to(buffers_.host_sums, waves.sums_bytes() + 8);
    counters_.peak_device_bytes =
        std::max(counters_.peak_device_bytes, dataset.bytes() + buffers_.tables.bytes() + buffers_.kept.bytes() +
                                                  buffers_.arena.bytes() + buffers_.workspace.bytes());
  }

  void send_tables(const Wave& wave) {
    std::memcpy(buffers_.host_tables.data(), wave.tables.data(), wave.tables.size());
    CHECK_CUDA(cudaMemcpyAsync(buffers_.tables.data(), buffers_.host_tables.data(), wave.tables.size(),
                               cudaMemcpyHostToDevice, stream_->get()));
    counters_.bytes_to_device += wave.tables.size();
  }

  // Of the wave's launch of this number. workspace_bytes: a block's; 0: it has none.
  template <class Unit>
  kernels::UnitArgs<Unit> args(const Wave& wave, const kernels::DatasetView& view, u64 fits_at,
                               const UnitTable<Unit>& units, u32 launch, u64 workspace_bytes = 0) {
    u8* const tables = buffers_.tables.data();
    auto a = wave.args(view, tables, fits_at, units);
    a.next_unit = reinterpret_cast<u32*>(tables + wave.counters_at) + launch;
    a.workspace = workspace_bytes > 0 ? buffers_.workspace.data() : nullptr;
    a.workspace_bytes = workspace_bytes;
    a.stop = stop_word_->on_device();
    a.outgrown = reinterpret_cast<u64*>(tables + wave.outgrown_at);
    return a;
  }

  void launch_growing(const Waves& waves, const Wave& wave, const Launches& launches,
                      const kernels::DatasetView& view) {
    ++counters_.launches;
    counters_.trees += wave.trees.count;
    if (const Gangs gangs = gangs_of(waves.fits(), view, wave.trees.count, launches.rows, buffers_.workspace.bytes());
        gangs.blocks > 1) {
      auto a = args(wave, view, wave.fits_at, wave.trees, 0, gangs.tree_bytes);
      auto* const words = reinterpret_cast<kernels::GangWords*>(a.workspace);
      a.workspace += gangs.words_bytes;
      kernels::cuda::LaunchShape shape = kernels::cuda::gang_shape();
      shape.blocks = std::min(shape.blocks, gangs.count * gangs.blocks);
      gangs_ = kernels::cuda::grow_by_gangs(a, shape, gangs.blocks, words, stream_->get());
      if (gangs_) return;
    }
    const auto at_once = static_cast<u32>(std::min<u64>(wave.trees.count, launches.grow_blocks));
    kernels::cuda::LaunchShape shape = kernels::cuda::grow_shape(at_once, launches.plain);
    shape.blocks = std::min(shape.blocks, at_once);
    kernels::cuda::grow(args(wave, view, wave.fits_at, wave.trees, 0, launches.tree_bytes), shape, launches.plain,
                        stream_->get());
  }

  void launch_scoring(const Wave& wave, const Launches& launches, const kernels::DatasetView& view) {
    kernels::cuda::score(args(wave, view, wave.fits_at, wave.scores, 1), launches.score, stream_->get());
    kernels::cuda::area(args(wave, view, wave.fits_at, wave.areas, 2, launches.area_bytes), launches.area,
                        stream_->get());
    counters_.launches += 1 + (wave.areas.count > 0);
  }

  // Of the fits that are whole once the wave that is being computed is scored, in the kept arena.
  static u64 sums_end(const Waves& waves) {
    return waves.done() ? waves.sums_bytes() : waves.sums_offset(waves.whole()) * 8;
  }

  // Where a display's watchdog ends launches of a few seconds. The first of a batch has a tree for each block.
  static constexpr std::chrono::milliseconds watched_wave_time{250};
  // Of a score unit: a row of eight structures for each lane of its warp, so that a few thousand rows fill all processors.
  static constexpr u32 votes_per_unit = 256;

  int device_, stream_number_;
  u64 memory_bytes_;
  std::shared_ptr<SharedDevice> shared_;
  std::unique_ptr<CudaStream> stream_;
  std::unique_ptr<MappedWord> stop_word_;   // UnitArgs::stop
  bool watchdog_ = false, gangs_ = false;
  u32 most_shift_ = 3;   // see nodes_shift
  kernels::cuda::LaunchShape area_shape_{};
  Buffers buffers_;
  Counters counters_;
};

tl::unexpected<Error> device_failure(const std::string& message, const std::string& hint = {}) {
  return failure(message, hint, ErrorKind::device);
}

}   // namespace

Result<std::vector<std::unique_ptr<Executor>>> cuda_executors(const FitContext& context, int device, int streams,
                                                              u64 memory_bytes) {
  try {
    CHECK_CUDA(cudaSetDevice(device));
    std::size_t free = 0, total = 0;
    CHECK_CUDA(cudaMemGetInfo(&free, &total));
    const u64 usable = memory_bytes > 0 ? std::min<u64>(memory_bytes, free) : free - free / 8;
    const u64 data = dataset_bytes(context);
    if (usable <= data)
      return device_failure(fmt::format("cuda:{}: the dataset takes {} bytes of the device's memory, {} may be used",
                                        device, data, usable),
                            memory_bytes > 0 && memory_bytes < free
                                ? "give more with " + setting_mark("run.memory")
                                : "free some of the device's memory, or use " + setting_mark("run.device", "cpu"));
    const auto shared = std::make_shared<SharedDevice>(context, device);
    std::vector<std::unique_ptr<Executor>> executors;
    const u64 per_stream = (usable - data) / static_cast<u64>(streams);
    for (int stream = 0; stream < streams; ++stream)
      executors.push_back(std::make_unique<CudaExecutor>(context, device, stream, per_stream, shared));
    return executors;
  } catch (const CudaError& error) {
    return device_failure(fmt::format("cuda:{}: {}", device, error.message));
  }
}

}   // namespace warptune

#endif
