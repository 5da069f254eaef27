// Adds the time until its end to a stage of a search.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "warptune/search.h"

namespace warptune {

// To a stage's sum; a new stage comes last.
inline void add_seconds(SearchCounters& counters, const std::string& stage, double duration) {
  const auto found = std::find_if(counters.seconds.begin(), counters.seconds.end(),
                                  [&](const auto& entry) { return entry.first == stage; });
  if (found != counters.seconds.end())
    found->second += duration;
  else
    counters.seconds.emplace_back(stage, duration);
}

class Stage {
 public:
  Stage(SearchCounters& counters, std::string name) : counters_(counters), name_(std::move(name)) {}
  ~Stage() { add_seconds(counters_, name_, std::chrono::duration<double>(Clock::now() - start_).count()); }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  SearchCounters& counters_;
  std::string name_;
  Clock::time_point start_ = Clock::now();
};

}   // namespace warptune
