// What of the machine this process may use: processors and memory, and what says so.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>

namespace warptune {

struct Allotment {
  int threads = 1;
  std::string threads_reason;       // what allows no more; empty: the machine has no more
  std::uint64_t memory_bytes = 0;   // that may still be taken
  std::string memory_reason;        // what allows no more; empty: the machine has no more free
};

// What only the system's calls tell.
struct ProcessLimits {
  static constexpr std::uint64_t none = std::numeric_limits<std::uint64_t>::max();
  int processors = 1;                   // of the machine
  int affinity = 1;                     // of them, those that this process may run on
  std::uint64_t free_bytes = 0;         // of the machine, where /proc/meminfo does not say what is available
  std::uint64_t address_bytes = none;   // ulimit -v
  std::uint64_t data_bytes = none;      // ulimit -d
};

// Reads root/proc and the control groups below root: those of version 1 and 2, at the process's own place and at each of
// its ancestors up to the mount. A quota of 1.5 processors gives 2 threads: with one, a third of it would lie idle.
[[nodiscard]] Allotment allotment_of(const std::filesystem::path& root, const ProcessLimits& limits);

// Of this process, now.
[[nodiscard]] Allotment allotment();

}   // namespace warptune
