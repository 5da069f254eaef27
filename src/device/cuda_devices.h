// GPUs, and what is done on them beside training; present in every build, so that one without CUDA can say so.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dataset/column_sorter.h"
#include "device/gpu.h"
#include "kernels/ops/draw_spec.h"
#include "warptune/error.h"
#include "warptune/space.h"

namespace warptune {

[[nodiscard]] bool built_with_cuda();

// The GPUs there are, those that are refused too; or why there is none.
[[nodiscard]] Result<std::vector<Gpu>> cuda_devices();

// Opens the GPU's context, which it keeps until the process ends. Gives why that is not possible, with its name; empty: it is.
[[nodiscard]] std::string cuda_open(const Gpu& gpu);

// Points first .. first + count, [count][specs], drawn by a cuRAND kernel.
[[nodiscard]] Result<Points> cuda_draw(std::span<const kernels::DrawSpec> specs, std::uint64_t seed,
                                       std::uint64_t first, std::uint32_t count, int device);

// A ColumnSorter by the device. memory_bytes: as many columns at a time as it has room for, but at least one; 0: no limit.
[[nodiscard]] Result<void> cuda_sort_columns(std::span<const Cells* const> columns, const OnSorted& on_sorted,
                                             const Gpu& gpu, std::uint64_t memory_bytes);

// What a build without CUDA answers.
[[nodiscard]] tl::unexpected<Error> no_cuda();

}   // namespace warptune
