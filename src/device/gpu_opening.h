// Opens GPUs in threads of its own, while their user still reads a file or cuts bins: a context takes a fraction of a second, and
// seconds where the driver is not kept loaded.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "dataset/column_sorter.h"
#include "device/gpu.h"
#include "warptune/error.h"

namespace warptune {

// The seam to the driver, for tests.
struct GpuDriver {
  std::string absent;                               // why there can never be a GPU; empty: there may be
  std::function<Result<std::vector<Gpu>>()> list;   // all there are, those that are refused too
  std::function<std::string(const Gpu&)> open;      // why that is not possible, with its name; empty: it is open
  // A ColumnSorter by the GPU. memory_bytes: of the GPU that may be used; 0: no limit.
  std::function<Result<void>(std::span<const Cells* const>, const OnSorted&, const Gpu&, std::uint64_t memory_bytes)>
      sort;
};

// This machine's.
[[nodiscard]] GpuDriver gpu_driver();

class GpuOpening {
 public:
  // Of the GPUs there are, which are to be opened at once: places in their list.
  using Pick = std::function<std::vector<std::size_t>(std::span<const Gpu>)>;

  GpuOpening(GpuDriver driver, const Pick& pick);
  ~GpuOpening() { wait(); }
  GpuOpening(const GpuOpening&) = delete;
  GpuOpening& operator=(const GpuOpening&) = delete;

  // Waits for the list and for those that were picked.
  [[nodiscard]] const Result<std::vector<Gpu>>& gpus();
  // Opens one now, unless that was done; gives the refusal. place: in the list.
  [[nodiscard]] const std::string& open(std::size_t place);

 private:
  void wait();
  void run(const Pick& pick);
  void open_now(std::size_t place);

  GpuDriver driver_;
  Result<std::vector<Gpu>> gpus_;
  std::vector<std::optional<std::string>> opened_;   // [GPUs] the refusal of those that were opened
  std::vector<std::thread> thread_;                  // at most one
};

}   // namespace warptune
