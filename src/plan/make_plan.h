// The plan of any family, from how it reads a point.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "plan/plan.h"
#include "warptune/space.h"

namespace warptune {

// A trial taken apart: what is trained, by a key that only equal settings have; what it is a variant in; how long it is.
template <class Key, class Settings, class Variant>
struct TrialParts {
  Key key{};
  Settings settings{};
  Variant variant{};
  std::uint32_t length = 0;
};

// reader.read(point) gives TrialParts. Numbers of fits count from 0.
template <class Reader>
Plan make_plan(const Reader& reader, const Points& points, const KnownTrials& known = {}) {
  using Parts = decltype(reader.read(points[0]));
  using Variant = decltype(Parts::variant);
  using Fit = FitOf<decltype(Parts::settings), Variant>;
  Plan plan;
  plan.trials.resize(points.size());
  std::map<decltype(Parts::key), std::uint32_t> fit_of;
  std::vector<std::map<Variant, std::uint32_t>> variant_of;   // [fits]
  std::vector<Query> asked(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    Parts parts = reader.read(points[i]);
    const auto [at, new_fit] = fit_of.try_emplace(std::move(parts.key), static_cast<std::uint32_t>(plan.fits.size()));
    const std::uint32_t number = at->second;
    if (new_fit) {
      auto made = std::make_unique<Fit>(std::move(parts.settings));
      made->number = number;
      made->first_trial = static_cast<std::int64_t>(i);
      plan.fits.push_back(std::move(made));
      variant_of.emplace_back();
    }
    plan.trials[i].fit = number;
    if (known[i]) continue;
    std::vector<Variant>& variants = static_cast<Fit&>(*plan.fits[number]).variants;
    const auto [variant, new_variant] =
        variant_of[number].try_emplace(parts.variant, static_cast<std::uint32_t>(variants.size()));
    if (new_variant) variants.push_back(parts.variant);
    asked[i] = {variant->second, parts.length};
  }
  place_queries(plan, asked, known);
  return plan;
}

}   // namespace warptune
