// Which devices a study runs on, and what is done there beside training.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataset/column_sorter.h"
#include "warptune/error.h"
#include "warptune/space.h"
#include "warptune/study.h"

namespace warptune {

// --threads, or as many as this process may use (device/allotment.h).
[[nodiscard]] int cpu_threads(const Study& study);

struct ChosenDevices {
  std::vector<int> gpus;   // their numbers; empty: the CPU
  std::string note;        // which, and why; empty: as the user said
};

// The devices that --device means to kernels of our own: auto takes the GPUs if there is one, else the CPU. Chosen once, by
// the first who asks: what is wrong with a table is said before what is wrong with a GPU. A device that fails is an error,
// the CPU never takes over silently.
class Devices {
 public:
  // memory_bytes: of a device that may be used; 0: as much as is free.
  Devices(std::string device, int threads, std::uint64_t memory_bytes);
  [[nodiscard]] const Result<ChosenDevices>& chosen();

  // Sorts a table's columns on the first device. Borrows this.
  [[nodiscard]] ColumnSorter column_sorter();

  // Points first .. first + count of a space, drawn at random on the first device.
  [[nodiscard]] Result<Points> draw(const Space& space, std::uint64_t seed, std::uint64_t first, std::uint32_t count);

 private:
  std::string device_;
  int threads_;
  std::uint64_t memory_bytes_;
  std::optional<Result<ChosenDevices>> chosen_;
};

// What `warptune devices` prints: one line per usable device, the CPU first.
[[nodiscard]] Result<std::vector<std::string>> describe_devices();

}   // namespace warptune
