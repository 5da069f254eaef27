// On which devices a study's work is done soonest. Pure, so that the same study on the same machine always gets the same
// answer: what it knows of a GPU's start and speed are estimates, kept here, and nothing is timed.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "device/gpu.h"

namespace warptune {

// Work as its family estimates it.
struct Job {
  double thread_seconds = 0;   // on one processor of this machine
  double gpu_clocks = 0;       // of one multiprocessor of a GPU
  std::uint64_t bytes = 0;     // that each GPU gets before
  std::uint64_t pieces = 1;    // that can be done beside each other
  bool small_pieces = false;   // each by a multiprocessor, or up to so many together; else by a whole GPU
  int most_together = 1;
  double together_cost = 1;   // of a piece that n take together: this over n of what one takes
};

// The driver's and the runtime's first call; then a GPU's context and kernels, which the driver makes one after the other.
// Both are of the order that machines with a driver that stays loaded (persistence mode) are known for.
inline constexpr double first_call_seconds = 0.1, context_seconds = 0.2;

struct Weighed {
  std::size_t gpus = 0;   // the first so many; 0: the CPU
  std::string why;
};

// The fewest devices that are as good as the best ones, within a tenth. gpus: in the order in which they are
// taken; empty: it is not known what GPUs there are, and the least that one costs speaks for the CPU.
[[nodiscard]] Weighed weigh(const Job& job, int threads, std::span<const GpuSpeed> gpus);

// What is said of work on these GPUs: "about 3 s on 2 GPUs, start included, 300 s on 16 threads".
[[nodiscard]] std::string gpus_text(const Job& job, int threads, std::span<const GpuSpeed> gpus);

// Whether a GPU could be worth it, if it were as fast as one can think: if not, nobody needs to ask for GPUs.
[[nodiscard]] bool worth_a_gpu(const Job& job, int threads);

}   // namespace warptune
