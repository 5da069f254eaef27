// The loop of a study: ask -> plan -> batches -> run -> board, a generation at a time.
#pragma once

#include <stop_token>

#include "run/open_family.h"
#include "search/pruner.h"
#include "search/sampler.h"
#include "warptune/search.h"

namespace warptune {

struct SearchParts {
  Sampler& sampler;
  Pruner& pruner;
  OpenFamily& family;   // not started yet
  int folds = 1;
  double time_limit_seconds = 0;   // 0: none
  SearchCounters counters = {};    // so far
};

// The family is started after the first plan, if that leaves anything to train. The rest is as search() says.
[[nodiscard]] Result<SearchResult> run_generations(SearchParts parts, Observer& observer, const std::stop_token& stop,
                                                   KnownBefore known);

}   // namespace warptune
