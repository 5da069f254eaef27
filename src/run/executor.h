// The seam between the scheduler and a device: an executor keeps the dataset on its device and runs batches of fits.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "run/counters.h"
#include "run/prepared_fit.h"

namespace warptune {

// What came of one batch: for each task the sums of each of its queries, [queries * sums_per_query].
struct BatchSums {
  std::vector<std::vector<std::uint64_t>> sums;
};

// Thrown by an executor whose device can no longer be used; its batch goes to another one. The message names the device
// and the call, and is the same from all executors of a device, so that it is shown once.
struct DeviceLost {
  std::string message;
};

// Thrown when a batch does not fit the device's memory. By then the executor has freed what it held and has halved its
// memory_bytes(); the scheduler halves the batch. The message names device and call.
struct OutOfDeviceMemory {
  std::string message;
};

class Executor {
 public:
  virtual ~Executor() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  // Bytes that batches may use at once; falls when less was free than it seemed.
  [[nodiscard]] virtual std::uint64_t memory_bytes() const = 0;
  // Runs the tasks; the result is incomplete and not used when `stop` became true.
  [[nodiscard]] virtual BatchSums run(std::span<const FitTask> tasks, const std::atomic<bool>& stop) = 0;
  [[nodiscard]] virtual Counters counters() const = 0;
};

}   // namespace warptune
