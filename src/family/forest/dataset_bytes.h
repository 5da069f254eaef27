// What a dataset takes of a GPU's memory; in builds without CUDA too, where it is only planned with.
#pragma once

#include <cstdint>

#include "family/forest/fit_context.h"

namespace warptune {

// Bytes of a CudaDataset, a little more than it takes.
[[nodiscard]] std::uint64_t dataset_bytes(const FitContext& context);

}   // namespace warptune
