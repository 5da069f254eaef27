#include "device/devices.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/units.h"
#include "device/allotment.h"
#include "device/cpu_kernels.h"
#include "device/cuda_devices.h"
#include "device/device_choice.h"
#include "family/forest/cpu_executor.h"
#include "search/random.h"

namespace warptune {

namespace {

// Half of what this process may still take.
std::uint64_t host_memory_for_batches() { return std::max<std::uint64_t>(allotment().memory_bytes / 2, 64u << 20); }

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

struct Choice {
  bool cuda = false;
  std::vector<int> indices;
  std::string note;
};

Result<Choice> choose(const Study& study) {
  const Result<DeviceChoice> asked = parse_device(study.run.device, "--device");
  if (!asked) return tl::unexpected(asked.error());
  if (asked->kind == DeviceChoice::Kind::cpu) return Choice{};
  const Result<std::vector<CudaDevice>> found = cuda_devices();
  if (asked->kind == DeviceChoice::Kind::automatic) {
    if (!found) return Choice{false, {}, fmt::format("running on the CPU: {}", found.error().message)};
    return Choice{true, indices_of(*found),
                  fmt::format("running on {} GPU{}: {}", found->size(), found->size() == 1 ? "" : "s",
                              found->front().text)};
  }
  if (!found) return tl::unexpected(found.error());
  Choice choice{true, asked->indices, {}};
  if (choice.indices.empty()) choice.indices = indices_of(*found);
  const std::vector<int> usable = indices_of(*found);
  for (const int index : choice.indices)
    if (std::find(usable.begin(), usable.end(), index) == usable.end())
      return failure(fmt::format("--device {}: there is no GPU {}", study.run.device, index),
                     fmt::format("`warptune devices` lists what is there: {} GPU{}", usable.size(),
                                 usable.size() == 1 ? "" : "s"),
                     Exit::device);
  return choice;
}

// Units of fit_work per second, about: batches of half a second keep results coming and Ctrl-C quick.
constexpr double cpu_work_per_second = 0.7e9, cuda_work_per_second = 50e9;

}   // namespace

int cpu_threads(const Study& study) {
  if (study.run.threads > 0) return study.run.threads;
  static const int allotted = allotment().threads;   // read once: every stage of a study asks
  return allotted;
}

Result<Devices> open_devices(const Study& study, const FitContext& context,
                             const std::function<void(const std::string&)>& on_note) {
  Result<Choice> choice = choose(study);
  if (!choice) return tl::unexpected(choice.error());
  if (!choice->note.empty()) on_note(choice->note);
  Devices devices;
  devices.cuda = choice->cuda;
  if (!choice->cuda) {
    const int threads = cpu_threads(study);
    auto executor = std::make_unique<CpuExecutor>(
        context, threads, study.run.memory_bytes > 0 ? study.run.memory_bytes : host_memory_for_batches());
    if (executor->threads() < threads)
      on_note(note_of_fewer_threads(static_cast<std::size_t>(executor->threads()), static_cast<std::size_t>(threads)));
    devices.work_per_batch = cpu_work_per_second / 2 * executor->threads();
    devices.executors.push_back(std::move(executor));
    return devices;
  }
  devices.work_per_batch = cuda_work_per_second / 2;
  for (const int index : choice->indices) {
    auto executors = cuda_executors(context, index, study.run.streams, study.run.memory_bytes);
    if (!executors) return tl::unexpected(executors.error());
    for (auto& executor : *executors) devices.executors.push_back(std::move(executor));
  }
  return devices;
}

Result<std::vector<Point>> draw_points(const Study& study) {
  const Result<Choice> choice = choose(study);
  if (!choice) return tl::unexpected(choice.error());
  const auto trials = static_cast<std::uint32_t>(study.search.trials);
  if (choice->cuda) return cuda_random_points(study.space, study.search.seed, 0, trials, choice->indices.front());
  return random_points(study.space, study.search.seed, 0, trials);
}

ColumnSorter column_sorter(const Study& study) {
  // The device is chosen when columns are to be sorted: what is wrong with the table is said first.
  return [&study](std::span<const Cells* const> columns, const OnSorted& on_sorted) -> Result<void> {
    const Result<Choice> choice = choose(study);
    if (!choice) return tl::unexpected(choice.error());
    if (choice->cuda) return cuda_sort_columns(columns, on_sorted, choice->indices.front(), study.run.memory_bytes);
    return sort_columns(columns, on_sorted, cpu_threads(study));
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
