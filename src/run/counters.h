// What an executor did, for --stats and for tests.
#pragma once

#include <cstdint>

namespace warptune {

struct Counters {
  std::uint64_t fits = 0;                                  // once per fold
  std::uint64_t matrices = 0, boosters = 0, threads = 0;   // of trainers: made, trained, that trained
  double trainer_seconds = 0;                              // inside the trainer, summed over threads
  std::uint64_t trees = 0, launches = 0, uploads = 0, bytes_to_device = 0, bytes_from_device = 0, peak_device_bytes = 0;

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
    peak_device_bytes = peak_device_bytes > o.peak_device_bytes ? peak_device_bytes : o.peak_device_bytes;
    return *this;
  }
};

}   // namespace warptune
