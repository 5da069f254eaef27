#include "plan/plan.h"

#include <algorithm>
#include <map>

namespace warptune {

std::uint32_t PlannedFit::trees() const {
  std::uint32_t most = 0;
  for (const PlannedQuery& query : queries) most = std::max(most, query.trees);
  return most;
}

void place_queries(Plan& plan, std::span<const PlannedQuery> asked, const KnownTrials& known) {
  for (std::size_t i = 0; i < asked.size(); ++i)
    if (!known[i]) plan.fits[plan.trials[i].fit].queries.push_back(asked[i]);
  for (PlannedFit& fit : plan.fits) {
    std::sort(fit.queries.begin(), fit.queries.end());
    fit.queries.erase(std::unique(fit.queries.begin(), fit.queries.end()), fit.queries.end());
  }
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (known[i]) continue;
    const auto& queries = plan.fits[plan.trials[i].fit].queries;
    plan.trials[i].query =
        static_cast<std::uint32_t>(std::lower_bound(queries.begin(), queries.end(), asked[i]) - queries.begin());
  }
}

Plan make_plan(const ForestReader& reader, std::span<const Point> points, const KnownTrials& known) {
  Plan plan;
  plan.trials.resize(points.size());
  std::map<TreeSettings, std::uint32_t> fit_of;
  std::vector<std::map<CutSettings, std::uint32_t>> structure_of;
  std::vector<PlannedQuery> asked(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const ForestSettings settings = reader.read(points[i]);
    const auto [fit, new_fit] = fit_of.try_emplace(settings.tree, static_cast<std::uint32_t>(plan.fits.size()));
    if (new_fit) {
      plan.fits.emplace_back().tree = settings.tree;
      structure_of.emplace_back();
    }
    plan.trials[i].fit = fit->second;
    if (known[i]) continue;
    PlannedFit& planned = plan.fits[fit->second];
    const auto [structure, new_structure] =
        structure_of[fit->second].try_emplace(settings.cut, static_cast<std::uint32_t>(planned.structures.size()));
    if (new_structure) planned.structures.push_back(settings.cut);
    asked[i] = {structure->second, settings.n_estimators};
  }
  place_queries(plan, asked, known);
  return plan;
}

}   // namespace warptune
