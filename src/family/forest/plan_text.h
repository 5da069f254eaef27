// What `--dry-run` prints of forests: the plan, before anything runs.
#pragma once

#include <string>
#include <vector>

#include "family/forest/fit_context.h"
#include "run/scheduler.h"

namespace warptune {

[[nodiscard]] std::string plan_text(const FitContext& context, const Plan& plan, const std::vector<Batch>& batches,
                                    const std::string& device, std::uint64_t memory_bytes);

}   // namespace warptune
