// What the scheduler hands out: a planned fit on one fold.
#pragma once

#include <cstdint>

#include "metric/metric.h"
#include "plan/plan.h"
#include "warptune/split.h"

namespace warptune {

// A fit on one fold, or the part of it that serves a range of its structures (a fit whose structures do not fit a
// device's memory at once is grown once per part).
struct FitTask {
  const PlannedFit* planned = nullptr;
  int fold = 0;
  std::uint32_t first_structure = 0, last_structure = 0;   // [first, last)
  [[nodiscard]] std::uint32_t first_query() const;
  [[nodiscard]] std::uint32_t last_query() const;
};

// What bootstraps of a study's trees need of a device (family/forest/draw_limits.h finds it out).
struct DrawNeeds {
  std::uint64_t most = 0;   // draws of a tree; sums of them are looked up in tables
  bool by_class = false;    // a tree may draw classes first, then rows of them
};

// What is the same for every fit of a study.
struct FitContext {
  const Dataset* dataset = nullptr;
  const Split* split = nullptr;
  const Metric* metric = nullptr;
  std::uint64_t seed = 0;
  DrawNeeds draws = {};
};

}   // namespace warptune
