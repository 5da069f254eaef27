// What the scheduler hands out: a planned fit on one fold.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "plan/plan.h"
#include "run/relay.h"

namespace warptune {

// A fit on one fold, or a part of it: what serves a range of its variants (where they do not fit a device's memory at once the
// fit is trained once per part), or a range of its length (where there are more devices than fits).
struct FitTask {
  const PlannedFit* planned = nullptr;
  int fold = 0;
  std::uint32_t first_variant = 0, last_variant = 0;   // [first, last)
  // Of the length what comes after `after`, up to `up_to`. Who trains it goes on from what `before` is given, and gives `then`
  // what it has come to; nullptr: it is the first, or the last range.
  std::uint32_t after = 0, up_to = unlimited;
  std::shared_ptr<Relay> before = nullptr, then = nullptr;

  [[nodiscard]] std::uint32_t first_query() const;
  [[nodiscard]] std::uint32_t last_query() const;
  // Numbers of the queries that it answers, ascending: those of its variants and lengths.
  [[nodiscard]] std::vector<std::uint32_t> queries() const;
};

}   // namespace warptune
