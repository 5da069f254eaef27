// Runs fits on a GPU: the dataset goes up once per device, each executor has a stream of its own and its buffers.
#ifdef WARPTUNE_HAS_CUDA

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <mutex>

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

u64 aligned(u64 bytes) { return (bytes + 255) & ~u64{255}; }

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
      bytes += aligned(part.bytes);
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
         12 * 256;
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
    bool uploaded_now = false;
    const CudaDataset& dataset = shared_->dataset(uploaded_now);
    if (uploaded_now) {
      ++counters_.uploads;
      counters_.bytes_to_device += dataset.bytes();
    }
    if (stream_ == nullptr) {
      stream_ = std::make_unique<CudaStream>();
      grow_shape_ = kernels::cuda::grow_shape();
      area_shape_ = kernels::cuda::area_shape();
    }
    const cudaStream_t stream = stream_->get();

    std::vector<PreparedFit> prepared;
    for (const FitTask& task : tasks) prepared.push_back(prepare_fit(context_, task));
    Rounds rounds(std::move(prepared), memory_bytes_ / 4, votes_per_unit);
    u64 tree_bytes = 256, area_bytes = 256, score_bytes = 8;
    for (const PreparedFit& fit : rounds.fits()) {
      tree_bytes = std::max(tree_bytes, kernels::cuda::tree_workspace_bytes(dataset.view(), fit.fit));
      if (context_.metric->ranks) area_bytes = std::max(area_bytes, kernels::cuda::area_bytes(fit.fit));
      score_bytes = std::max(score_bytes, kernels::cuda::score_bytes(rounds.score_rows(fit), fit.fit));
    }
    tree_bytes = aligned(tree_bytes);
    area_bytes = aligned(area_bytes);
    // As many blocks as a quarter of the memory has workspaces for.
    kernels::cuda::LaunchShape grow_shape = grow_shape_, area_shape = area_shape_;
    const kernels::cuda::LaunchShape score_shape = kernels::cuda::score_shape(score_bytes);
    grow_shape.blocks = static_cast<u32>(std::clamp<u64>(memory_bytes_ / 4 / tree_bytes, 1, grow_shape.blocks));
    area_shape.blocks = static_cast<u32>(std::clamp<u64>(memory_bytes_ / 4 / area_bytes, 1, area_shape.blocks));
    u64 most_trees = 0;
    for (const PreparedFit& fit : rounds.fits()) most_trees += fit.trees;
    grow_shape.blocks = static_cast<u32>(std::min<u64>(grow_shape.blocks, most_trees));
    const u64 workspace =
        std::max(grow_shape.blocks * tree_bytes, context_.metric->ranks ? area_shape.blocks * area_bytes : 0);
    grow_to(buffers_.tables, rounds.largest_tables_bytes());
    grow_to(buffers_.kept, rounds.kept_bytes());
    grow_to(buffers_.arena, std::max<u64>(256, rounds.largest_arena_bytes()));
    grow_to(buffers_.workspace, workspace);
    grow_to(buffers_.host_tables, rounds.largest_tables_bytes());
    grow_to(buffers_.host_sums, std::max<u64>(8, rounds.sums_bytes()));
    counters_.peak_device_bytes =
        std::max(counters_.peak_device_bytes, dataset.bytes() + buffers_.tables.bytes() + buffers_.kept.bytes() +
                                                  buffers_.arena.bytes() + buffers_.workspace.bytes());

    const auto* sums = reinterpret_cast<const u64*>(buffers_.host_sums.data());
    std::size_t given = 0;   // tasks
    CHECK_CUDA(cudaMemsetAsync(buffers_.kept.data(), 0, rounds.sums_bytes(), stream));
    while (!rounds.done() && !stop) {
      const Round round = rounds.next({buffers_.tables.data(), buffers_.kept.data(), buffers_.arena.data(),
                                       dataset.order(), dataset.class_order()});
      std::memcpy(buffers_.host_tables.data(), round.tables.data(), round.tables.size());
      CHECK_CUDA(cudaMemcpyAsync(buffers_.tables.data(), buffers_.host_tables.data(), round.tables.size(),
                                 cudaMemcpyHostToDevice, stream));
      counters_.bytes_to_device += round.tables.size();
      u8* tables = buffers_.tables.data();
      const auto* fits = reinterpret_cast<const kernels::Fit*>(tables + round.fits_at);
      u32* counters = reinterpret_cast<u32*>(tables + round.counters_at);
      kernels::cuda::grow({dataset.view(), fits, reinterpret_cast<const kernels::TreeUnit*>(tables + round.trees_at),
                           round.tree_units, counters, buffers_.workspace.data(), tree_bytes},
                          grow_shape, stream);
      kernels::cuda::score({dataset.view(), fits, reinterpret_cast<const kernels::ScoreUnit*>(tables + round.scores_at),
                            round.score_units, counters + 1, nullptr, 0},
                           score_shape, stream);
      kernels::cuda::area({dataset.view(), fits, reinterpret_cast<const kernels::AreaUnit*>(tables + round.areas_at),
                           round.area_units, counters + 2, buffers_.workspace.data(), area_bytes},
                          area_shape, stream);
      counters_.launches += 2 + (round.area_units > 0);
      counters_.trees += round.tree_units;
      if (const u64 begin = rounds.sums_offset(given) * 8, end = sums_end(rounds); end > begin) {
        CHECK_CUDA(cudaMemcpyAsync(buffers_.host_sums.data() + begin, buffers_.kept.data() + begin, end - begin,
                                   cudaMemcpyDeviceToHost, stream));
        counters_.bytes_from_device += end - begin;
      }
      // The next round's tables go through the same host memory.
      CHECK_CUDA(cudaStreamSynchronize(stream));
      for (; given < rounds.whole(); ++given) {
        ++counters_.fits;
        on_sums(given, {sums + rounds.sums_offset(given), rounds.fits()[given].sums_count()});
      }
    }
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
  kernels::cuda::LaunchShape grow_shape_{}, area_shape_{};
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
