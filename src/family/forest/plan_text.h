// What `--dry-run` prints of forests: the plan, before anything runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "family/forest/fit_context.h"
#include "run/scheduler.h"

namespace warptune {

struct DeviceText {
  std::string name;
  std::string why;   // of auto's choice; empty: as the user said
  std::uint64_t memory_bytes = 0;
};

[[nodiscard]] std::string plan_text(const FitContext& context, const Plan& plan, const std::vector<Batch>& batches,
                                    const DeviceText& device);

}   // namespace warptune
