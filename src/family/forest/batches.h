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
// into several tasks. Where there are fewer fits than devices can share evenly, their trees are cut into ranges, a batch each,
// in the order of which one goes on from the other.
[[nodiscard]] std::vector<Batch> make_batches(const FitContext& context, const Plan& plan, const BatchLimits& limits);

// Into how many ranges so many equal tasks are cut, to be dealt out over devices: the fewest with which the device that gets most
// has at most a tenth more than with any other number. 1 where there are many tasks.
[[nodiscard]] std::uint32_t ranges_of_tasks(std::size_t tasks, std::size_t devices);

}   // namespace warptune
