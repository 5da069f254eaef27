// A table, a split, and a few fits of which several lengths are asked, at random.
#pragma once

#include <algorithm>
#include <random>
#include <vector>

#include "family/forest/fit_context.h"
#include "family/forest/settings.h"
#include "tests/ops/random_fits.h"

namespace warptune::test {

inline constexpr std::uint32_t longest = 20;   // of a query

// context: without dataset and split, which are the test's to set where the case stays.
struct Case {
  Dataset dataset;
  Split split;
  std::vector<ForestFit> fits;
  FitContext context;
};

inline Case random_case(std::uint64_t seed) {
  std::mt19937_64 rng(seed);
  Case c;
  const std::size_t rows = 60 + rng() % 200, features = 2 + rng() % 5;
  const int classes = rng() % 2 ? 2 : 4;
  c.dataset = random_dataset(rng, rows, features, classes, 20, 0.1);
  c.split = random_split(rng, c.dataset, rng() % 2 ? 1 : 3);
  for (std::uint32_t i = 0; i < 4; ++i) {
    ForestFit fit = random_fit(rng, features, 1 + static_cast<std::uint32_t>(rng() % 5), 4);
    fit.number = i;
    fit.queries.clear();
    for (std::uint32_t v = 0; v < fit.variant_count(); ++v)
      for (std::uint32_t length = 1 + static_cast<std::uint32_t>(rng() % 5); length <= longest;
           length += 1 + static_cast<std::uint32_t>(rng() % 9))
        fit.queries.push_back({v, length});
    c.fits.push_back(std::move(fit));
  }
  c.context = {nullptr, nullptr, &metric_of(metrics()[rng() % (classes == 2 ? 4 : 3)].name), rng(), {}};
  for (const ForestFit& fit : c.fits) {
    const DrawNeeds needs = needs_of(fit.settings, rows);
    c.context.draws.most = std::max(c.context.draws.most, needs.most);
    c.context.draws.by_class |= needs.by_class;
  }
  return c;
}

}   // namespace warptune::test
