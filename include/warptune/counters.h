// What a search did, counted.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace warptune {

// Of one executor, or of all together. Launches, uploads and bytes are those of the fits: sorting the columns and drawing
// the trials come before.
struct Counters {
  std::uint64_t fits = 0;                                  // once per fold
  std::uint64_t matrices = 0, boosters = 0, threads = 0;   // of programs that train: made, trained, that trained
  double trainer_seconds = 0;                              // inside such programs, summed over threads
  std::uint64_t trees = 0;
  std::uint64_t launches = 0;   // of kernels
  std::uint64_t uploads = 0;    // of the dataset: one per device
  std::uint64_t bytes_to_device = 0, bytes_from_device = 0, peak_device_bytes = 0;

  Counters& operator+=(const Counters& o) {
    fits += o.fits;
    matrices += o.matrices;
    boosters += o.boosters;
    threads += o.threads;
    trainer_seconds += o.trainer_seconds;
    trees += o.trees;
    launches += o.launches;
    uploads += o.uploads;
    bytes_to_device += o.bytes_to_device;
    bytes_from_device += o.bytes_from_device;
    peak_device_bytes = std::max(peak_device_bytes, o.peak_device_bytes);
    return *this;
  }
};

struct SearchCounters {
  Counters work;
  std::int64_t batches = 0, batches_split = 0;           // split: halved because memory ran out
  std::vector<std::pair<std::string, double>> seconds;   // per stage, in their order
};

}   // namespace warptune
