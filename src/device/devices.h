// Which devices a study runs on, and what is done there beside training.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "dataset/column_sorter.h"
#include "device/device_choice.h"
#include "device/gpu_opening.h"
#include "device/take_gpus.h"
#include "device/weigh.h"
#include "warptune/error.h"
#include "warptune/space.h"
#include "warptune/study.h"

namespace warptune {

// --threads, or as many as this process may use (device/allotment.h).
[[nodiscard]] int cpu_threads(const Study& study);

struct ChosenDevices {
  std::vector<Gpu> gpus;   // empty: the CPU
  std::string why;         // of auto's choice; empty: as the user said
  std::string note;        // which, and why, and what could not be taken; empty: as the user said
};

// The devices that --device means to kernels of our own. `cuda` is the GPUs that are named, or all that can be used, and an error
// where they cannot be had: the CPU never takes over silently. `auto` weighs the study's work (device/weigh.h) and takes the fewest
// devices that are worth it, of those that can be used; trials it draws on the CPU, and columns it sorts on a GPU only where
// that is worth it by itself. What is wrong with a table is said before what is wrong with a GPU.
class Devices {
 public:
  // memory_bytes: of a device that may be used; 0: as much as is free.
  Devices(const std::string& device, int threads, std::uint64_t memory_bytes, GpuDriver driver = gpu_driver());

  // The study's work is this at most: from here on contexts are opened, of as many GPUs as that may be worth.
  void expect(const Job& most);

  // What the study's work is done on; once. take is called for each GPU, and for another one where it fails, if auto may choose.
  [[nodiscard]] Result<ChosenDevices> choose(const Job& job, const TakeGpu& take);

  // Sorts a table's columns. Borrows this.
  [[nodiscard]] ColumnSorter column_sorter();

  // Points first .. first + count of a space, drawn at random.
  [[nodiscard]] Result<Points> draw(const Space& space, std::uint64_t seed, std::uint64_t first, std::uint32_t count);

 private:
  [[nodiscard]] bool on_gpu() const;   // all of the study's work, as the user said
  [[nodiscard]] Gpu opened(const std::vector<Gpu>& gpus, std::size_t place);
  [[nodiscard]] bool sorted_on_gpu(std::span<const Cells* const> columns, const OnSorted& on_sorted);
  [[nodiscard]] Result<std::vector<Gpu>> asked_gpus();
  [[nodiscard]] Result<Gpu> first_gpu();
  [[nodiscard]] Result<ChosenDevices> choose_asked(const TakeGpu& take);
  [[nodiscard]] ChosenDevices choose_worth(const Job& job, const TakeGpu& take);

  std::string device_;
  Result<DeviceChoice> asked_;
  int threads_;
  std::uint64_t memory_bytes_;
  GpuDriver driver_;
  std::map<int, std::string> failed_;     // GPUs that could be opened and then not sort
  std::unique_ptr<GpuOpening> opening_;   // nullptr: no GPU is asked for
};

// Opens the GPUs that --device cuda asks for, before there is a study's table: a Devices then finds them open, or being opened.
// nullptr: it asks for none, or is auto, which knows only with a table whether it wants one.
[[nodiscard]] std::unique_ptr<GpuOpening> open_asked_gpus(const std::string& device);

// What `warptune devices` prints: one line per device, the CPU first.
[[nodiscard]] Result<std::vector<std::string>> describe_devices();

}   // namespace warptune
