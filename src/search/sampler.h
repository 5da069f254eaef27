// Samplers propose trials, a generation at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "warptune/error.h"
#include "warptune/space.h"
#include "warptune/study.h"
#include "warptune/trial.h"

namespace warptune {

// The trials of whole generations, by number from 0 on.
class History {
 public:
  History() = default;
  // trials: in any order, numbers 0 .. count - 1 and, maybe, others beyond, which are not of it; borrowed.
  History(std::span<const Trial> trials, std::size_t count);
  [[nodiscard]] std::size_t size() const { return places_.size(); }
  [[nodiscard]] const Trial& operator[](std::size_t number) const { return trials_[places_[number]]; }

 private:
  std::span<const Trial> trials_;
  std::vector<std::uint32_t> places_;   // in trials_, by number
};

class Sampler {
 public:
  Sampler() = default;
  virtual ~Sampler() = default;
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;

  // That the study has, all generations together.
  [[nodiscard]] virtual std::int64_t trials() const = 0;
  // Points of the next generation; empty: there is none. A function of the study and of history alone, and history holds
  // whole generations: so threads, devices and interruptions change nothing.
  [[nodiscard]] virtual Result<Points> ask(const History& history) = 0;
  // What the user should know before the first trial.
  [[nodiscard]] virtual std::vector<std::string> notes() const { return {}; }
};

// Points first .. first + count of a space at random, where the study's own kernels run.
using Draw = std::function<Result<Points>(const Space&, std::uint64_t seed, std::uint64_t first, std::uint32_t count)>;

// One row a sampler, in samplers.cpp.
struct SamplerEntry {
  std::string_view name;
  std::unique_ptr<Sampler> (*make)(const Study& study, Draw draw) = nullptr;     // borrows the study
  Result<void> (*check)(const Study& study, const Origins& origins) = nullptr;   // what else it asks of a study
};
[[nodiscard]] std::span<const SamplerEntry> samplers();
// nullptr: there is none of that name
[[nodiscard]] const SamplerEntry* find_sampler(std::string_view name);

}   // namespace warptune
