// Sorts columns on a GPU, for cut points: a group of columns at a time goes up, is sorted, and comes back as its distinct
// values and their counts. The counters of --stats begin after it: they are of the fits.
#ifdef WARPTUNE_HAS_CUDA

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/aligned.h"
#include "base/setting_mark.h"
#include "device/cuda_devices.h"
#include "kernels/cuts_cuda.h"
#include "kernels/exec/cuda_memory.h"

namespace warptune {

namespace {

using kernels::u32;
using kernels::u64;
using kernels::cuda::ColumnGroup;

// Where things lie in the one device allocation for a group.
struct GroupMemory {
  explicit GroupMemory(const ColumnGroup& group)
      : scratch_bytes(kernels::cuda::sort_scratch_bytes(group)),
        spare(aligned(8 * group.cells(), device_line_bytes)),
        starts(2 * spare),
        counters(starts + aligned(4 * group.cells(), device_line_bytes)),
        scratch(counters + device_line_bytes),
        bytes(scratch + scratch_bytes) {}

  u64 scratch_bytes;
  // Offsets. The keys, [cells], come first; spare is [cells] too, and starts.
  u64 spare, starts, counters, scratch, bytes;
};

// What the device counts, cleared before.
struct GroupCounters {
  u64 differing;   // bits
  u32 runs;
};

// As many columns as make work for a whole GPU, in 20 bytes of its memory a cell.
constexpr u64 cells_at_a_time = u64{1} << 22;

class GroupSort {
 public:
  // Has memory for as many columns as wanted, or for fewer if there is no more.
  GroupSort(u32 wanted, u32 rows) : columns_(wanted) {
    for (;; columns_ = (columns_ + 1) / 2) {
      try {
        const ColumnGroup group{columns_, rows};
        device_ = DeviceBytes(GroupMemory(group).bytes);
        staged_ = PinnedBytes(sizeof(GroupCounters) + 12 * group.cells());
        return;
      } catch (const CudaError& error) {
        if (error.code != cudaErrorMemoryAllocation || columns_ == 1) throw;
        device_ = {};
      }
    }
  }
  [[nodiscard]] u32 columns() const { return columns_; }

  void sort(std::span<const Cells* const> columns, std::size_t first, const ColumnGroup& group,
            const OnSorted& on_sorted);

 private:
  [[nodiscard]] GroupCounters fetch_counters(const GroupMemory& at) {
    CHECK_CUDA(cudaMemcpyAsync(staged_.data(), device_.data() + at.counters, sizeof(GroupCounters),
                               cudaMemcpyDeviceToHost, stream_.get()));
    CHECK_CUDA(cudaStreamSynchronize(stream_.get()));
    GroupCounters counters;
    std::memcpy(&counters, staged_.data(), sizeof counters);
    return counters;
  }

  u32 columns_;
  CudaStream stream_;
  DeviceBytes device_;
  PinnedBytes staged_;   // on the way up the columns; on the way down the counters, or the runs' values and starts
  DistinctValues distinct_;
};

void GroupSort::sort(std::span<const Cells* const> columns, std::size_t first, const ColumnGroup& group,
                     const OnSorted& on_sorted) {
  const GroupMemory at(group);
  const cudaStream_t stream = stream_.get();
  const std::span cells(reinterpret_cast<double*>(staged_.data()), group.cells());
  for (u32 c = 0; c < group.columns; ++c) columns[first + c]->read(0, cells.subspan(u64{c} * group.rows, group.rows));
  auto* keys = reinterpret_cast<u64*>(device_.data());
  auto* spare = reinterpret_cast<u64*>(device_.data() + at.spare);
  auto* starts = reinterpret_cast<u32*>(device_.data() + at.starts);
  auto* counters = reinterpret_cast<GroupCounters*>(device_.data() + at.counters);
  const kernels::cuda::Scratch scratch{device_.data() + at.scratch, at.scratch_bytes};
  CHECK_CUDA(cudaMemsetAsync(counters, 0, sizeof *counters, stream));
  CHECK_CUDA(cudaMemcpyAsync(spare, staged_.data(), 8 * group.cells(), cudaMemcpyHostToDevice, stream));
  kernels::cuda::keys_of_values(reinterpret_cast<const double*>(spare), keys, &counters->differing, group, stream);
  const u64 differing = fetch_counters(at).differing;
  const u64* sorted = kernels::cuda::sort_keys(keys, spare, differing, group, scratch, stream);
  kernels::cuda::find_runs(sorted, starts, &counters->runs, group, scratch, stream);
  const u32 runs = fetch_counters(at).runs;
  u64* values = sorted == keys ? spare : keys;
  kernels::cuda::values_of_runs(sorted, starts, reinterpret_cast<double*>(values), runs, stream);
  CHECK_CUDA(cudaMemcpyAsync(staged_.data(), values, 8ull * runs, cudaMemcpyDeviceToHost, stream));
  CHECK_CUDA(cudaMemcpyAsync(staged_.data() + 8ull * runs, starts, 4ull * runs, cudaMemcpyDeviceToHost, stream));
  CHECK_CUDA(cudaStreamSynchronize(stream));

  const std::span value_of_run(reinterpret_cast<const double*>(staged_.data()), runs);
  const std::span start_of_run(reinterpret_cast<const u32*>(staged_.data() + 8ull * runs), runs);
  u32 run = 0;
  for (u32 c = 0; c < group.columns; ++c) {
    const u64 end = (u64{c} + 1) * group.rows;
    distinct_.values.clear();
    distinct_.counts.clear();
    distinct_.has_missing = false;
    for (; run < runs && start_of_run[run] < end; ++run) {
      if (std::isnan(value_of_run[run])) {
        distinct_.has_missing = true;
        continue;
      }
      const u64 next = run + 1 < runs ? start_of_run[run + 1] : group.cells();
      distinct_.values.push_back(value_of_run[run]);
      distinct_.counts.push_back(static_cast<u32>(next - start_of_run[run]));
    }
    on_sorted(first + c, distinct_);
  }
}

// Columns to sort at a time, if the device has room for them.
u32 group_columns(std::size_t columns, u32 rows, u64 memory_bytes) {
  if (rows >= kernels::cuda::long_column) return 1;
  u64 cells = cells_at_a_time;
  // 20 bytes a cell and CUB's scratch data.
  if (memory_bytes > 0) cells = std::min(cells, memory_bytes / 24);
  return static_cast<u32>(std::clamp<u64>(cells / rows, 1, columns));
}

}   // namespace

Result<void> cuda_sort_columns(std::span<const Cells* const> columns, const OnSorted& on_sorted, const Gpu& gpu,
                               std::uint64_t memory_bytes) {
  const int device = gpu.index;
  if (columns.empty() || columns.front()->size() == 0) return {};
  const u64 rows = columns.front()->size();
  if (rows > std::numeric_limits<u32>::max())
    return failure(fmt::format("cuda:{}: a column of {} rows cannot be sorted there", device, rows),
                   "use " + setting_mark("run.device", "cpu"), ErrorKind::device);
  try {
    CHECK_CUDA(cudaSetDevice(device));
    GroupSort group(group_columns(columns.size(), static_cast<u32>(rows), memory_bytes), static_cast<u32>(rows));
    const std::size_t at_a_time = group.columns();
    for (std::size_t first = 0; first < columns.size(); first += at_a_time) {
      const auto count = static_cast<u32>(std::min<std::size_t>(at_a_time, columns.size() - first));
      group.sort(columns, first, {count, static_cast<u32>(rows)}, on_sorted);
    }
    return {};
  } catch (const CudaError& error) {
    return failure(fmt::format("cuda:{}: sorting the columns: {}", device, error.message),
                   "use another device, or " + setting_mark("run.device", "cpu"), ErrorKind::device);
  }
}

}   // namespace warptune

#endif
