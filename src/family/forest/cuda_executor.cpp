// Runs fits on a GPU: the dataset goes up once per device, each executor has a stream of its own and its buffers.
#ifdef WARPTUNE_HAS_CUDA

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <mutex>

#include "base/aligned.h"
#include "base/setting_mark.h"
#include "family/forest/cpu_executor.h"
#include "family/forest/cuda_executors.h"
#include "family/forest/rounds.h"
#include "kernels/backend_cuda.h"
#include "kernels/exec/cuda_memory.h"

namespace warptune {

namespace {

using kernels::u32;
using kernels::u64;
using kernels::u8;

// The dataset and the folds' row order in a device's memory.
class CudaDataset {
 public:
  CudaDataset(const FitContext& context, int device) : device_(device) {
    CHECK_CUDA(cudaSetDevice(device));
    const CpuDataset host(context);
    const kernels::DatasetView& v = host.view();
    const u64 cells = u64{v.rows} * v.features;
    std::vector<Part> parts = {{v.bins, cells},
                               {v.labels, v.rows},
                               {v.feature_bins, v.features},
                               {v.feature_missing, v.features},
                               {v.values, 8 * host.values()},
                               {v.bin_begin, 4 * host.bin_begins()},
                               {v.feature_begin, 4ull * v.features},
                               {v.entropy_terms, 8ull * v.entropy_counts},
                               {context.split->order.data(), 4ull * context.split->order.size()},
                               {v.feature_fine, v.features},
                               {v.fine, v.fine == nullptr ? 0 : cells},
                               {host.class_order(), context.draws.by_class ? 4ull * context.split->order.size() : 0}};
    u64 bytes = 0;
    for (Part& part : parts) {
      part.at = bytes;
      bytes += aligned(part.bytes, device_line_bytes);
    }
    PinnedBytes staged(bytes);   // one copy for all parts
    for (const Part& part : parts)
      if (part.bytes > 0) std::memcpy(staged.data() + part.at, part.from, part.bytes);
    bytes_ = DeviceBytes(bytes);
    CudaStream stream;
    CHECK_CUDA(cudaMemcpyAsync(bytes_.data(), staged.data(), bytes, cudaMemcpyHostToDevice, stream.get()));
    CHECK_CUDA(cudaStreamSynchronize(stream.get()));
    view_ = v;
    view_.bins = at<u8>(parts[0]);
    view_.labels = at<u8>(parts[1]);
    view_.feature_bins = at<u8>(parts[2]);
    view_.feature_missing = at<u8>(parts[3]);
    view_.values = at<double>(parts[4]);
    view_.bin_begin = at<u32>(parts[5]);
    view_.feature_begin = at<u32>(parts[6]);
    view_.entropy_terms = at<kernels::i64>(parts[7]);
    order_ = at<u32>(parts[8]);
    view_.feature_fine = at<u8>(parts[9]);
    if (v.fine != nullptr) view_.fine = at<u8>(parts[10]);
    if (context.draws.by_class) class_order_ = at<u32>(parts[11]);
  }

  [[nodiscard]] const kernels::DatasetView& view() const { return view_; }
  [[nodiscard]] const u32* order() const { return order_; }
  [[nodiscard]] const u32* class_order() const { return class_order_; }
  [[nodiscard]] u64 bytes() const { return bytes_.bytes(); }

 private:
  struct Part {
    const void* from;
    u64 bytes, at = 0;
  };
  template <class T>
  const T* at(const Part& part) const {
    return reinterpret_cast<const T*>(bytes_.data() + part.at);
  }

  int device_;
  DeviceBytes bytes_;
  kernels::DatasetView view_{};
  const u32 *order_ = nullptr, *class_order_ = nullptr;
};

// Bytes of a CudaDataset, a little more than it takes.
u64 dataset_bytes(const FitContext& context) {
  const Dataset& d = *context.dataset;
  u64 features = 0;
  for (const Feature& feature : d.features) features += 7 + 8 * feature.values.size() + 4 * feature.bin_begin.size();
  const u64 orders = context.draws.by_class ? 2 : 1, counts = std::max<u64>(d.rows, context.draws.most) + 1;
  return d.bins.size() + d.fine.size() + d.rows + 8 * counts + orders * 4 * context.split->order.size() + features +
         12 * device_line_bytes;
}

// What a device's executors share: its dataset, uploaded by the first of them that runs, and the failure that ended the
// device's use, so that all of them report the same one and none touches the device again.
class SharedDevice {
 public:
  SharedDevice(const FitContext& context, int device) : context_(context), device_(device) {}

  // uploaded_now: whether this call was the one that uploaded. A device without room for the dataset is of no use to the
  // executor that found so, and smaller batches do not help; another stream may still find room later.
  const CudaDataset& dataset(bool& uploaded_now) {
    const std::lock_guard lock(mutex_);
    if (!lost_.empty()) throw DeviceLost{lost_};
    uploaded_now = dataset_ == nullptr;
    if (uploaded_now) {
      try {
        dataset_ = std::make_unique<CudaDataset>(context_, device_);
      } catch (const CudaError& error) {
        if (error.code != cudaErrorMemoryAllocation) throw;
        throw DeviceLost{fmt::format("cuda:{}: the dataset's {} bytes do not fit: {}", device_, dataset_bytes(context_),
                                     error.message)};
      }
    }
    return *dataset_;
  }

  // Remembers a device's first failure, and returns it.
  std::string lose(const std::string& message) {
    const std::lock_guard lock(mutex_);
    if (lost_.empty()) lost_ = fmt::format("cuda:{}: {}", device_, message);
    return lost_;
  }

 private:
  FitContext context_;
  int device_;
  std::mutex mutex_;
  std::unique_ptr<CudaDataset> dataset_;
  std::string lost_;
};

class CudaExecutor : public ForestExecutor {
 public:
  CudaExecutor(const FitContext& context, int device, int stream, u64 memory_bytes,
               std::shared_ptr<SharedDevice> shared)
      : ForestExecutor(context),
        device_(device),
        stream_number_(stream),
        memory_bytes_(memory_bytes),
        shared_(std::move(shared)) {}

  [[nodiscard]] std::string name() const override {
    return fmt::format("cuda:{} (stream {})", device_, stream_number_);
  }
  [[nodiscard]] u64 memory_bytes() const override { return memory_bytes_; }
  [[nodiscard]] Counters counters() const override { return counters_; }

  void sums(std::span<const FitTask> tasks, const std::atomic<bool>& stop, const OnSums& on_sums) override {
    try {
      run_batch(tasks, stop, on_sums);
    } catch (const CudaError& error) {
      if (stream_ != nullptr) (void)cudaStreamSynchronize(stream_->get());   // before its buffers go
      (void)cudaGetLastError();
      buffers_ = {};
      if (error.code != cudaErrorMemoryAllocation) throw DeviceLost{shared_->lose(error.message)};
      memory_bytes_ /= 2;   // fewer trees at a time and fewer blocks, from now on
      throw OutOfDeviceMemory{fmt::format("cuda:{}: {}", device_, error.message)};
    }
  }

 private:
  struct Buffers {
    DeviceBytes tables, kept, arena, workspace;
    PinnedBytes host_tables, host_sums;
  };

  template <class Bytes>
  static void grow_to(Bytes& buffer, u64 bytes) {
    if (buffer.bytes() >= bytes) return;
    buffer = Bytes();   // first give back, then take
    buffer = Bytes(bytes);
  }

  void run_batch(std::span<const FitTask> tasks, const std::atomic<bool>& stop, const OnSums& on_sums) {
    CHECK_CUDA(cudaSetDevice(device_));
    const CudaDataset& dataset = shared_dataset();
    if (stream_ == nullptr) {
      stream_ = std::make_unique<CudaStream>();
      area_shape_ = kernels::cuda::area_shape();
    }
    std::vector<PreparedFit> prepared;
    for (const FitTask& task : tasks) prepared.push_back(prepare_fit(context_, task));
    Rounds rounds(std::move(prepared), memory_bytes_ / 4, votes_per_unit);
    const Launches launches = launches_of(rounds, dataset.view());
    make_room(rounds, launches, dataset);
    const cudaStream_t stream = stream_->get();
    const auto* sums = reinterpret_cast<const u64*>(buffers_.host_sums.data());
    std::size_t given = 0;   // tasks
    CHECK_CUDA(cudaMemsetAsync(buffers_.kept.data(), 0, rounds.sums_bytes(), stream));
    while (!rounds.done() && !stop) {
      launch(rounds.next({buffers_.tables.data(), buffers_.kept.data(), buffers_.arena.data(), dataset.order(),
                          dataset.class_order()}),
             launches, dataset.view());
      const u64 last = context_.pruner == nullptr ? sums_end(rounds) : rounds.sums_bytes();
      if (const u64 begin = rounds.sums_offset(given) * 8, end = last; end > begin) {
        CHECK_CUDA(cudaMemcpyAsync(buffers_.host_sums.data() + begin, buffers_.kept.data() + begin, end - begin,
                                   cudaMemcpyDeviceToHost, stream));
        counters_.bytes_from_device += end - begin;
      }
      // The next round's tables go through the same host memory.
      CHECK_CUDA(cudaStreamSynchronize(stream));
      ask_pruner(tasks, rounds, sums);
      for (; given < rounds.whole(); ++given) {
        ++counters_.fits;
        on_sums(given, {sums + rounds.sums_offset(given), rounds.fits()[given].sums_count()});
      }
    }
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

  // How a batch's kernels are launched, and what a block's workspace takes.
  struct Launches {
    kernels::cuda::LaunchShape score, area;
    u64 grow_blocks = 1;   // at most
    bool plain = true;     // all its fits are
    u64 tree_bytes = device_line_bytes, area_bytes = device_line_bytes;
    u64 workspace = 0;   // of all blocks of a launch
  };

  [[nodiscard]] Launches launches_of(const Rounds& rounds, const kernels::DatasetView& view) const {
    Launches l{{}, area_shape_};
    u64 score_bytes = 8, trees = 0;
    for (const PreparedFit& fit : rounds.fits()) {
      l.tree_bytes = std::max(l.tree_bytes, kernels::cuda::tree_workspace_bytes(view, fit.fit));
      if (context_.metric->ranks) l.area_bytes = std::max(l.area_bytes, kernels::cuda::area_bytes(fit.fit));
      score_bytes = std::max(score_bytes, kernels::cuda::score_bytes(rounds.score_rows(fit), fit.fit));
      trees += fit.trees;
      l.plain = l.plain && kernels::cuda::grows_plain(view, fit.fit);
    }
    l.tree_bytes = aligned(l.tree_bytes, device_line_bytes);
    l.area_bytes = aligned(l.area_bytes, device_line_bytes);
    l.score = kernels::cuda::score_shape(score_bytes);
    // As many blocks as a quarter of the memory has workspaces for, and no more than trees.
    const u64 most_blocks = kernels::cuda::grow_shape(kernels::none32, l.plain).blocks;
    l.grow_blocks = std::min(std::clamp<u64>(memory_bytes_ / 4 / l.tree_bytes, 1, most_blocks), trees);
    l.area.blocks = static_cast<u32>(std::clamp<u64>(memory_bytes_ / 4 / l.area_bytes, 1, l.area.blocks));
    l.workspace = std::max(l.grow_blocks * l.tree_bytes, context_.metric->ranks ? l.area.blocks * l.area_bytes : 0);
    return l;
  }

  void make_room(const Rounds& rounds, const Launches& launches, const CudaDataset& dataset) {
    grow_to(buffers_.tables, rounds.largest_tables_bytes());
    grow_to(buffers_.kept, rounds.kept_bytes());
    grow_to(buffers_.arena, std::max<u64>(device_line_bytes, rounds.largest_arena_bytes()));
    grow_to(buffers_.workspace, launches.workspace);
    grow_to(buffers_.host_tables, rounds.largest_tables_bytes());
    grow_to(buffers_.host_sums, std::max<u64>(8, rounds.sums_bytes()));
    counters_.peak_device_bytes =
        std::max(counters_.peak_device_bytes, dataset.bytes() + buffers_.tables.bytes() + buffers_.kept.bytes() +
                                                  buffers_.arena.bytes() + buffers_.workspace.bytes());
  }

  // Sends a round's tables and starts its kernels.
  void launch(const Round& round, const Launches& launches, const kernels::DatasetView& view) {
    const cudaStream_t stream = stream_->get();
    u8* tables = buffers_.tables.data();
    std::memcpy(buffers_.host_tables.data(), round.tables.data(), round.tables.size());
    CHECK_CUDA(
        cudaMemcpyAsync(tables, buffers_.host_tables.data(), round.tables.size(), cudaMemcpyHostToDevice, stream));
    counters_.bytes_to_device += round.tables.size();
    u32* counter = reinterpret_cast<u32*>(tables + round.counters_at);
    const auto args = [&](const auto& units, u64 workspace_bytes) {   // a block's; 0: it has none
      auto a = round.args(view, tables, units);
      a.next_unit = counter++;
      a.workspace = workspace_bytes > 0 ? buffers_.workspace.data() : nullptr;
      a.workspace_bytes = workspace_bytes;
      return a;
    };
    kernels::cuda::LaunchShape grow = kernels::cuda::grow_shape(round.trees.count, launches.plain);
    grow.blocks = static_cast<u32>(std::min<u64>(grow.blocks, launches.grow_blocks));
    kernels::cuda::grow(args(round.trees, launches.tree_bytes), grow, launches.plain, stream);
    kernels::cuda::score(args(round.scores, 0), launches.score, stream);
    kernels::cuda::area(args(round.areas, launches.area_bytes), launches.area, stream);
    counters_.launches += 2 + (round.areas.count > 0);
    counters_.trees += round.trees.count;
  }

  // Of the fits that are whole once the round that is being computed is scored, in the kept arena.
  static u64 sums_end(const Rounds& rounds) {
    return rounds.done() ? rounds.sums_bytes() : rounds.sums_offset(rounds.whole()) * 8;
  }

  // Of a score unit: a row of eight structures for each lane of its warp, so that a few thousand rows fill all processors.
  static constexpr u32 votes_per_unit = 256;

  int device_, stream_number_;
  u64 memory_bytes_;
  std::shared_ptr<SharedDevice> shared_;
  std::unique_ptr<CudaStream> stream_;
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
