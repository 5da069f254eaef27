// What the scheduler hands out: a planned fit on one fold.
#pragma once

#include <cstdint>

#include "plan/plan.h"

namespace warptune {

// A fit on one fold, or the part of it that serves a range of its variants (where they do not fit a device's memory at once
// the fit is trained once per part).
struct FitTask {
  const PlannedFit* planned = nullptr;
  int fold = 0;
  std::uint32_t first_variant = 0, last_variant = 0;   // [first, last)
  [[nodiscard]] std::uint32_t first_query() const;
  [[nodiscard]] std::uint32_t last_query() const;
};

}   // namespace warptune
