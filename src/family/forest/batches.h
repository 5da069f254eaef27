// Batches of forests: small enough for a device's memory and to keep results coming, large enough to fill it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "family/forest/fit_context.h"
#include "run/scheduler.h"

namespace warptune {

// Batches of at most `work` each (see fit_work) and small enough that every executor gets one; at most `memory` bytes of
// votes and one tree's wave buffers each. A fit whose structures are too large for that is cut into several tasks.
[[nodiscard]] std::vector<Batch> make_batches(const FitContext& context, const Plan& plan, std::size_t executors,
                                              double work, std::uint64_t memory);

}   // namespace warptune
