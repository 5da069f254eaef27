// What the host sees of the sorting of columns on CUDA, before cut points. A group of columns of equal length is worked on
// at once: numbers -> keys -> keys sorted within each column -> where runs of equal keys begin -> the runs' numbers.
// Launchers: each takes the stream and checks its launches; they throw CudaError.
#pragma once

#include <cuda_runtime.h>

#include "kernels/exec/types.h"

namespace warptune::kernels::cuda {

// A column of so many rows fills the device better alone than several do with one block for each.
constexpr u32 long_column = 1u << 17;

struct ColumnGroup {
  u32 columns, rows;   // both at least 1; one column where it is long, else columns * rows < 2^31
  [[nodiscard]] u64 cells() const { return u64{columns} * rows; }
};

// Room for CUB's temporary data in every call for the group.
u64 sort_scratch_bytes(const ColumnGroup& group);

struct Scratch {
  void* data;
  u64 bytes;
};

// values, keys: [columns][rows]. Unsigned order of the keys is the order of the numbers; -0 and 0 have one key, missing
// values (NaN) have one that is above all others. differing: a word of zeros, to which each bit is added in which two keys
// of the group differ.
void keys_of_values(const double* values, u64* keys, u64* differing, const ColumnGroup& group, cudaStream_t stream);

// Sorts keys within each column by the bits that differ. Returns where the sorted keys are: in `keys` or in `spare`.
u64* sort_keys(u64* keys, u64* spare, u64 differing, const ColumnGroup& group, Scratch scratch, cudaStream_t stream);

// starts: [*runs], ascending, of runs of equal keys in a column, as indices into [columns][rows].
void find_runs(const u64* keys, u32* starts, u32* runs, const ColumnGroup& group, Scratch scratch, cudaStream_t stream);

// values: [runs], of each run; NaN for the missing values'.
void values_of_runs(const u64* keys, const u32* starts, double* values, u32 runs, cudaStream_t stream);

}   // namespace warptune::kernels::cuda
