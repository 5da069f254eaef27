// From trials to fits: which trials share trees. Pure: the same points give the same plan, which `--dry-run` prints.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "plan/forest_settings.h"

namespace warptune {

struct PlannedQuery {
  std::uint32_t structure = 0, trees = 0;
  friend auto operator<=>(const PlannedQuery&, const PlannedQuery&) = default;
};

// One fit (once per fold): its trees, all the ways they are cut short, and what is asked of them.
struct PlannedFit {
  TreeSettings tree;
  std::vector<CutSettings> structures;
  std::vector<PlannedQuery> queries;   // sorted, distinct
  [[nodiscard]] std::uint32_t trees() const;
};

struct TrialPlace {
  std::uint32_t fit = 0, query = 0;   // queries of the fit
};

struct Plan {
  std::vector<PlannedFit> fits;   // numbered in the order of the first trial that uses them
  std::vector<TrialPlace> trials;
};

// first: trials before it are done already; they keep the numbers of the fits, but nothing is asked for them.
[[nodiscard]] Plan make_plan(const ForestReader& reader, std::span<const Point> points, std::size_t first = 0);

}   // namespace warptune
