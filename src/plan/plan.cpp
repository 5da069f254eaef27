#include "plan/plan.h"

#include <algorithm>

namespace warptune {

std::uint32_t PlannedFit::longest() const {
  std::uint32_t most = 0;
  for (const Query& query : queries) most = std::max(most, query.length);
  return most;
}

void place_queries(Plan& plan, std::span<const Query> asked, const KnownTrials& known) {
  for (std::size_t i = 0; i < asked.size(); ++i)
    if (!known[i]) plan.fits[plan.trials[i].fit]->queries.push_back(asked[i]);
  for (const auto& fit : plan.fits) {
    std::sort(fit->queries.begin(), fit->queries.end());
    fit->queries.erase(std::unique(fit->queries.begin(), fit->queries.end()), fit->queries.end());
  }
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (known[i]) continue;
    const auto& queries = plan.fits[plan.trials[i].fit]->queries;
    plan.trials[i].query =
        static_cast<std::uint32_t>(std::lower_bound(queries.begin(), queries.end(), asked[i]) - queries.begin());
  }
}

}   // namespace warptune
