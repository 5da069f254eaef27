// What is the same for every fit of a study of forests.
#pragma once

#include <cstdint>

#include "metric/metric.h"
#include "search/pruner.h"
#include "warptune/dataset.h"
#include "warptune/split.h"

namespace warptune {

// What bootstraps of a study's trees need of a device (family/forest/draw_limits.h finds it out).
struct DrawNeeds {
  std::uint64_t most = 0;   // draws of a tree; sums of them are looked up in tables
  bool by_class = false;    // a tree may draw classes first, then rows of them
};

struct FitContext {
  const Dataset* dataset = nullptr;
  const Split* split = nullptr;
  const Metric* metric = nullptr;
  std::uint64_t seed = 0;
  DrawNeeds draws = {};
  const Pruner* pruner = nullptr;   // asked about the first trees of forests; nullptr: nothing is pruned
};

}   // namespace warptune
