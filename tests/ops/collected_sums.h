// What an executor of forests sums, task by task.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "family/forest/forest_executor.h"

namespace warptune::test {

inline std::vector<std::vector<std::uint64_t>> collected_sums(ForestExecutor& executor,
                                                              std::span<const FitTask> tasks) {
  std::vector<std::vector<std::uint64_t>> all;
  executor.sums(tasks, std::stop_token{}, [&](std::size_t task, std::span<const std::uint64_t> sums) {
    if (task == all.size()) all.emplace_back(sums.begin(), sums.end());   // in their order, or it is missing
  });
  return all;
}

}   // namespace warptune::test
