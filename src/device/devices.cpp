#include "device/devices.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/setting_mark.h"
#include "base/units.h"
#include "device/allotment.h"
#include "device/cpu_kernels.h"
#include "device/cuda_devices.h"
#include "device/device_choice.h"
#include "device/draw.h"

namespace warptune {

namespace {

// "2 threads (affinity: 2 of 8 processors), 3.1G of memory (ulimit -v 4000000)"
std::string allotment_text() {
  const Allotment allotted = allotment();
  const auto because = [](const std::string& reason) { return reason.empty() ? "" : fmt::format(" ({})", reason); };
  return fmt::format("{} thread{}{}, {} of memory{}", allotted.threads, allotted.threads == 1 ? "" : "s",
                     because(allotted.threads_reason), bytes_text(allotted.memory_bytes),
                     because(allotted.memory_reason));
}

std::vector<int> indices_of(const std::vector<CudaDevice>& devices) {
  std::vector<int> indices;
  for (const CudaDevice& device : devices) indices.push_back(device.index);
  return indices;
}

Result<ChosenDevices> choose(const std::string& device) {
  const Result<DeviceChoice> asked = parse_device(device, setting_mark("run.device"));
  if (!asked) return tl::unexpected(asked.error());
  if (asked->kind == DeviceChoice::Kind::cpu) return ChosenDevices{};
  const Result<std::vector<CudaDevice>> found = cuda_devices();
  if (asked->kind == DeviceChoice::Kind::automatic) {
    if (!found) return ChosenDevices{{}, fmt::format("running on the CPU: {}", found.error().message)};
    return ChosenDevices{indices_of(*found), fmt::format("running on {} GPU{}: {}", found->size(),
                                                         found->size() == 1 ? "" : "s", found->front().text)};
  }
  if (!found) return tl::unexpected(found.error());
  ChosenDevices choice{asked->indices, {}};
  if (choice.gpus.empty()) choice.gpus = indices_of(*found);
  const std::vector<int> usable = indices_of(*found);
  for (const int index : choice.gpus)
    if (std::find(usable.begin(), usable.end(), index) == usable.end())
      return failure(fmt::format("{}: there is no GPU {}", setting_mark("run.device", device), index),
                     fmt::format("`warptune devices` lists what is there: {} GPU{}", usable.size(),
                                 usable.size() == 1 ? "" : "s"),
                     ErrorKind::device);
  return choice;
}

}   // namespace

int cpu_threads(const Study& study) {
  if (study.run.threads > 0) return study.run.threads;
  static const int allotted = allotment().threads;   // read once: every stage of a study asks
  return allotted;
}

Devices::Devices(std::string device, int threads, std::uint64_t memory_bytes)
    : device_(std::move(device)), threads_(threads), memory_bytes_(memory_bytes) {}

const Result<ChosenDevices>& Devices::chosen() {
  if (!chosen_) chosen_ = choose(device_);
  return *chosen_;
}

Result<Points> Devices::draw(const Space& space, std::uint64_t seed, std::uint64_t first, std::uint32_t count) {
  const Result<ChosenDevices>& devices = chosen();
  if (!devices) return tl::unexpected(devices.error());
  if (!devices->gpus.empty()) return cuda_draw(draw_specs(space), seed, first, count, devices->gpus.front());
  return random_points(space, seed, first, count);
}

ColumnSorter Devices::column_sorter() {
  return [this](std::span<const Cells* const> columns, const OnSorted& on_sorted) -> Result<void> {
    const Result<ChosenDevices>& devices = chosen();
    if (!devices) return tl::unexpected(devices.error());
    if (!devices->gpus.empty()) return cuda_sort_columns(columns, on_sorted, devices->gpus.front(), memory_bytes_);
    return sort_columns(columns, on_sorted, threads_);
  };
}

Result<std::vector<std::string>> describe_devices() {
  std::vector<std::string> lines;
  lines.push_back(fmt::format("cpu     {}, kernels for {}", allotment_text(), cpu_kernels().name));
  const Result<std::vector<CudaDevice>> found = cuda_devices();
  if (!found) {
    lines.push_back(fmt::format("cuda    none: {}", found.error().message));
    return lines;
  }
  for (const CudaDevice& device : *found) lines.push_back(fmt::format("cuda:{}  {}", device.index, device.text));
  return lines;
}

}   // namespace warptune
