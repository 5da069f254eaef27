// The list of samplers.
#include <algorithm>
#include <array>

#include "search/grid_sampler.h"
#include "search/random_sampler.h"
#include "search/sampler.h"

namespace warptune {

std::span<const SamplerEntry> samplers() {
  static constexpr std::array<SamplerEntry, 2> all{{
      {"random", random_sampler, nullptr},
      {"grid", grid_sampler, check_grid},
  }};
  return all;
}

const SamplerEntry* find_sampler(std::string_view name) {
  const auto all = samplers();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const SamplerEntry& entry) { return entry.name == name; });
  return found == all.end() ? nullptr : &*found;
}

History::History(std::span<const Trial> trials, std::size_t count) : trials_(trials), places_(count) {
  for (std::size_t i = 0; i < trials.size(); ++i)
    if (const auto number = static_cast<std::size_t>(trials[i].number); number < count)
      places_[number] = static_cast<std::uint32_t>(i);
}

}   // namespace warptune
