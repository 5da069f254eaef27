// Batches of forests: small enough for a device's memory and to keep results coming, large enough to fill it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "family/forest/fit_context.h"
#include "run/scheduler.h"

namespace warptune {

struct BatchLimits {
  std::size_t executors = 1, devices = 1;
  double work = 0;                   // of a batch, at most, see fit_work
  std::uint64_t memory = 0;          // of an executor: for a batch's votes and one tree's wave buffers each
  std::uint64_t handed_memory = 0;   // of the host: for votes that are handed on between devices
};

// Batches within the limits, small enough that every executor gets one. A fit whose structures are too large for that is cut
// into several tasks. Where tasks are too few or too unequal for the devices to share them evenly, trees are cut into ranges, a
// batch each, in the order in which they go on from each other.
[[nodiscard]] std::vector<Batch> make_batches(const FitContext& context, const Plan& plan, const BatchLimits& limits);

// A task as far as its cutting goes.
struct TaskSize {
  double work = 0;
  std::uint32_t trees = 1;
  std::uint64_t handed = 0;   // bytes of votes from a range to the next one
};

// [tasks] into how many ranges each is cut: the fewest with which the device that has most to do has at most a tenth more than
// with any other numbers that are tried, and what is handed on has room.
[[nodiscard]] std::vector<std::uint32_t> ranges_of_tasks(const std::vector<TaskSize>& tasks, const BatchLimits& limits);

}   // namespace warptune
