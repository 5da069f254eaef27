// Sorts columns by CUB. Few launches for a whole group of short columns; a long column has the device for itself.
#include "kernels/cuts_cuda.h"

#include <thrust/iterator/counting_iterator.h>
#include <thrust/iterator/transform_iterator.h>
#include <cub/device/device_radix_sort.cuh>
#include <cub/device/device_segmented_radix_sort.cuh>
#include <cub/device/device_select.cuh>

#include <algorithm>
#include <bit>

#include "kernels/exec/cuda_memory.h"

namespace warptune::kernels::cuda {
namespace {

constexpr u64 sign_bit = u64{1} << 63;
constexpr u64 missing_key = u64{0xFFF8} << 48;   // infinity's is 0xFFF0 << 48

// Offset binary: the magnitude's bits, added to the middle or taken from it. Unlike a complement it leaves the low zeros
// of negative numbers zeros, so that small whole numbers of both signs need few of a radix sort's passes.
__device__ u64 key_of(double value) {
  const u64 bits = static_cast<u64>(__double_as_longlong(value));
  const u64 magnitude = bits & ~sign_bit;
  if (magnitude > u64{0x7FF0} << 48) return missing_key;
  return (bits & sign_bit) != 0 ? sign_bit - magnitude : sign_bit + magnitude;
}

__device__ double value_of_key(u64 key) {
  return __longlong_as_double(static_cast<long long>(key >= sign_bit ? key - sign_bit : sign_bit | (sign_bit - key)));
}

constexpr u32 block_threads = 256, most_blocks = 1024;

u32 blocks_for(u64 count) {
  return static_cast<u32>(std::min<u64>((count + block_threads - 1) / block_threads, most_blocks));
}

__global__ __launch_bounds__(block_threads) void keys_kernel(const double* values, u64* keys, u64* differing,
                                                             u64 count) {
  const u64 step = u64{gridDim.x} * block_threads;
  const u64 first = key_of(values[0]);
  u64 bits = 0;
  for (u64 i = u64{blockIdx.x} * block_threads + threadIdx.x; i < count; i += step) {
    const u64 key = key_of(values[i]);
    keys[i] = key;
    bits |= key ^ first;
  }
  for (int lanes = 16; lanes > 0; lanes /= 2) bits |= __shfl_xor_sync(~0u, bits, lanes);
  if (threadIdx.x % 32 == 0 && bits != 0) atomicOr(reinterpret_cast<unsigned long long*>(differing), bits);
}

__global__ __launch_bounds__(block_threads) void values_kernel(const u64* keys, const u32* starts, double* values,
                                                               u32 runs) {
  const u64 step = u64{gridDim.x} * block_threads;
  for (u64 i = u64{blockIdx.x} * block_threads + threadIdx.x; i < runs; i += step)
    values[i] = value_of_key(keys[starts[i]]);
}

struct BeginsRun {
  const u64* keys;
  u32 rows;
  __device__ bool operator()(u32 i) const { return i % rows == 0 || keys[i] != keys[i - 1]; }
};

struct ColumnBegin {
  u32 rows;
  __host__ __device__ u32 operator()(u32 column) const { return column * rows; }
};

// The calls of CUB; without scratch data they only say how much they need.
void radix_sort(Scratch& scratch, cub::DoubleBuffer<u64>& keys, const ColumnGroup& group, int begin_bit, int end_bit,
                cudaStream_t stream) {
  if (group.rows >= long_column) {
    CHECK_CUDA(
        cub::DeviceRadixSort::SortKeys(scratch.data, scratch.bytes, keys, group.rows, begin_bit, end_bit, stream));
    return;
  }
  const auto begins = thrust::make_transform_iterator(thrust::counting_iterator<u32>(0), ColumnBegin{group.rows});
  CHECK_CUDA(cub::DeviceSegmentedRadixSort::SortKeys(scratch.data, scratch.bytes, keys, group.cells(), group.columns,
                                                     begins, begins + 1, begin_bit, end_bit, stream));
}

void select_runs(Scratch& scratch, const u64* keys, u32* starts, u32* runs, const ColumnGroup& group,
                 cudaStream_t stream) {
  CHECK_CUDA(cub::DeviceSelect::If(scratch.data, scratch.bytes, thrust::counting_iterator<u32>(0), starts, runs,
                                   static_cast<i64>(group.cells()), BeginsRun{keys, group.rows}, stream));
}

}   // namespace

u64 sort_scratch_bytes(const ColumnGroup& group) {
  Scratch sort{nullptr, 0}, select{nullptr, 0};
  cub::DoubleBuffer<u64> keys;
  radix_sort(sort, keys, group, 0, 64, nullptr);
  select_runs(select, nullptr, nullptr, nullptr, group, nullptr);
  return std::max(sort.bytes, select.bytes);
}

void keys_of_values(const double* values, u64* keys, u64* differing, const ColumnGroup& group, cudaStream_t stream) {
  keys_kernel<<<blocks_for(group.cells()), block_threads, 0, stream>>>(values, keys, differing, group.cells());
  CHECK_CUDA(cudaGetLastError());
}

u64* sort_keys(u64* keys, u64* spare, u64 differing, const ColumnGroup& group, Scratch scratch, cudaStream_t stream) {
  if (differing == 0) return keys;
  cub::DoubleBuffer<u64> both(keys, spare);
  radix_sort(scratch, both, group, std::countr_zero(differing), std::bit_width(differing), stream);
  return both.Current();
}

void find_runs(const u64* keys, u32* starts, u32* runs, const ColumnGroup& group, Scratch scratch,
               cudaStream_t stream) {
  select_runs(scratch, keys, starts, runs, group, stream);
}

void values_of_runs(const u64* keys, const u32* starts, double* values, u32 runs, cudaStream_t stream) {
  if (runs == 0) return;
  values_kernel<<<blocks_for(runs), block_threads, 0, stream>>>(keys, starts, values, runs);
  CHECK_CUDA(cudaGetLastError());
}

}   // namespace warptune::kernels::cuda
