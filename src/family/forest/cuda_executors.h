// Executors of forests on a GPU; present in every build.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "family/forest/fit_context.h"
#include "run/executor.h"
#include "warptune/error.h"

namespace warptune {

// One executor per stream of the device; they share one copy of the dataset. memory_bytes 0: a share of what is free.
[[nodiscard]] Result<std::vector<std::unique_ptr<Executor>>> cuda_executors(const FitContext& context, int device,
                                                                            int streams, std::uint64_t memory_bytes);

}   // namespace warptune
