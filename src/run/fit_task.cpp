#include "run/fit_task.h"

#include <algorithm>

namespace warptune {

namespace {

std::uint32_t queries_before(const PlannedFit& fit, std::uint32_t variant) {
  const auto& queries = fit.queries;
  return static_cast<std::uint32_t>(std::lower_bound(queries.begin(), queries.end(), Query{variant, 0}) -
                                    queries.begin());
}

}   // namespace

std::uint32_t FitTask::first_query() const { return queries_before(*planned, first_variant); }
std::uint32_t FitTask::last_query() const { return queries_before(*planned, last_variant); }

std::vector<std::uint32_t> FitTask::queries() const {
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t q = first_query(); q < last_query(); ++q) {
    const std::uint32_t length = planned->queries[q].length;   // 0 in families that have none
    if ((after == 0 || length > after) && length <= up_to) numbers.push_back(q);
  }
  return numbers;
}

}   // namespace warptune
