// The CUDA side of the run stage; present in every build, so that one without CUDA can say so.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dataset/column_sorter.h"
#include "run/executor.h"
#include "warptune/error.h"
#include "warptune/space.h"

namespace warptune {

struct CudaDevice {
  int index = 0;
  std::string text;   // name, compute capability, memory
};

// The usable GPUs; or why there is none.
[[nodiscard]] Result<std::vector<CudaDevice>> cuda_devices();

// One executor per stream of the device; they share one copy of the dataset. memory_bytes 0: a share of what is free.
[[nodiscard]] Result<std::vector<std::unique_ptr<Executor>>> cuda_executors(const FitContext& context, int device,
                                                                            int streams, std::uint64_t memory_bytes);

// Random search's trials first .. first + count, drawn by a cuRAND kernel.
[[nodiscard]] Result<std::vector<Point>> cuda_random_points(const Space& space, std::uint64_t seed, std::uint64_t first,
                                                            std::uint32_t count, int device);

// A ColumnSorter by the device. memory_bytes: as many columns at a time as it has room for, but at least one; 0: no limit.
[[nodiscard]] Result<void> cuda_sort_columns(std::span<const Cells* const> columns, const OnSorted& on_sorted,
                                             int device, std::uint64_t memory_bytes);

}   // namespace warptune
