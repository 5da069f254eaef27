// What `--dry-run` prints: the plan, before anything runs.
#pragma once

#include <string>
#include <vector>

#include "run/scheduler.h"

namespace warptune {

[[nodiscard]] std::string plan_text(const FitContext& context, const Plan& plan, const std::vector<Batch>& batches,
                                    const std::string& device, std::uint64_t memory_bytes);

// The same for a family that other programs train.
[[nodiscard]] std::string trainer_plan_text(const Dataset& dataset, int folds, const Plan& plan, std::size_t batches,
                                            const std::string& device, std::size_t executors);

}   // namespace warptune
