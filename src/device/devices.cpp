#include "device/devices.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/setting_mark.h"
#include "base/units.h"
#include "device/allotment.h"
#include "device/cpu_kernels.h"
#include "device/cuda_devices.h"
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

// The places of the GPUs that --device cuda means, in the user's order; those that are not there have none.
std::vector<std::size_t> asked_places(const DeviceChoice& choice, std::span<const Gpu> gpus) {
  std::vector<std::size_t> places;
  if (choice.indices.empty())
    for (std::size_t place = 0; place < gpus.size(); ++place) places.push_back(place);
  for (const int index : choice.indices)
    for (std::size_t place = 0; place < gpus.size(); ++place)
      if (gpus[place].index == index) places.push_back(place);
  return places;
}

// Opens the GPUs that --device cuda means.
std::unique_ptr<GpuOpening> open_asked(const GpuDriver& driver, const DeviceChoice& choice) {
  return std::make_unique<GpuOpening>(driver,
                                      [choice](std::span<const Gpu> gpus) { return asked_places(choice, gpus); });
}

// Of those that nothing speaks against yet.
std::vector<GpuSpeed> speeds_of(std::span<const Gpu> gpus) {
  std::vector<GpuSpeed> speeds;
  for (const Gpu& gpu : gpus)
    if (gpu.refused.empty()) speeds.push_back(gpu.speed);
  return speeds;
}

// The places of as many GPUs as some work is worth.
std::vector<std::size_t> worth_places(const Job& job, int threads, std::span<const Gpu> gpus) {
  const std::size_t wanted = weigh(job, threads, speeds_of(gpus)).gpus;
  std::vector<std::size_t> places;
  for (std::size_t place = 0; place < gpus.size() && places.size() < wanted; ++place)
    if (gpus[place].refused.empty()) places.push_back(place);
  return places;
}

// A thread sorts about ten million cells a second (measured), a GPU takes about 200 clocks of one multiprocessor for each (assumed).
Job sorting_job(std::uint64_t cells) {
  const auto count = static_cast<double>(cells);
  return {count * 1e-7, count * 200, 8 * cells, 1};
}

std::string messages(const std::vector<Error>& errors) {
  std::vector<std::string> texts;
  for (const Error& error : errors) texts.push_back(error.message);
  return fmt::format("{}", fmt::join(texts, "; "));
}

ChosenDevices on_cpu(const std::string& why) { return {{}, why, "running on the CPU: " + why}; }

ChosenDevices on_gpus(Taken taken, const std::string& why) {
  std::string note = fmt::format("running on {} GPU{}: {}", taken.gpus.size(), taken.gpus.size() == 1 ? "" : "s",
                                 taken.gpus.front().text);
  if (!why.empty()) note += "; " + why;
  if (!taken.refused.empty()) note += "; not used: " + messages(taken.refused);
  return {std::move(taken.gpus), why, note};
}

tl::unexpected<Error> device_error(const std::string& message, const std::string& hint) {
  return failure(message, hint, ErrorKind::device);
}

// Takes a GPU that could be opened.
TakeGpu if_open(const TakeGpu& take) {
  return [&take](const Gpu& gpu) -> Result<void> {
    if (gpu.refused.empty()) return take(gpu);
    return device_error(gpu.refused, "use another device, or " + setting_mark("run.device", "cpu"));
  };
}

}   // namespace

int cpu_threads(const Study& study) {
  if (study.run.threads > 0) return study.run.threads;
  static const int allotted = allotment().threads;   // read once: every stage of a study asks
  return allotted;
}

Devices::Devices(const std::string& device, int threads, std::uint64_t memory_bytes, GpuDriver driver)
    : device_(device),
      asked_(parse_device(device, setting_mark("run.device"))),
      threads_(threads),
      memory_bytes_(memory_bytes),
      driver_(std::move(driver)) {}

void Devices::expect(const Job& most) {
  if (!asked_ || asked_->kind == DeviceChoice::Kind::cpu) return;
  if (asked_->kind == DeviceChoice::Kind::cuda)
    opening_ = open_asked(driver_, *asked_);
  else if (driver_.absent.empty() && worth_a_gpu(most, threads_))
    opening_ = std::make_unique<GpuOpening>(driver_, [most, threads = threads_](std::span<const Gpu> gpus) {
      return worth_places(most, threads, gpus);
    });
}

Result<ChosenDevices> Devices::choose(const Job& job, const TakeGpu& take) {
  if (!asked_) return tl::unexpected(asked_.error());
  if (asked_->kind == DeviceChoice::Kind::cpu) return ChosenDevices{};
  if (asked_->kind == DeviceChoice::Kind::cuda) return choose_asked(take);
  if (!driver_.absent.empty()) return on_cpu(driver_.absent);
  if (opening_ == nullptr || !worth_a_gpu(job, threads_)) return on_cpu(weigh(job, threads_, {}).why);
  return choose_worth(job, take);
}

// The GPUs of --device cuda, opened; an error if one is named that is not there.
Result<std::vector<Gpu>> Devices::asked_gpus() {
  const Result<std::vector<Gpu>>& found = opening_->gpus();
  if (!found) return tl::unexpected(found.error());
  for (const int index : asked_->indices)
    if (std::none_of(found->begin(), found->end(), [index](const Gpu& gpu) { return gpu.index == index; }))
      return device_error(fmt::format("{}: there is no GPU {}", setting_mark("run.device", device_), index),
                          fmt::format("`warptune devices` lists what is there: {} GPU{}", found->size(),
                                      found->size() == 1 ? "" : "s"));
  std::vector<Gpu> gpus;
  for (const std::size_t place : asked_places(*asked_, *found)) gpus.push_back(opened(*found, place));
  return gpus;
}

// All that are named must be had; of all there are, one.
Result<ChosenDevices> Devices::choose_asked(const TakeGpu& take) {
  const Result<std::vector<Gpu>> gpus = asked_gpus();
  if (!gpus) return tl::unexpected(gpus.error());
  Taken taken = take_gpus(*gpus, gpus->size(), if_open(take));
  if (taken.gpus.empty() || (!asked_->indices.empty() && !taken.refused.empty()))
    return tl::unexpected(taken.refused.front());
  if (!taken.refused.empty()) return on_gpus(std::move(taken), {});
  return ChosenDevices{std::move(taken.gpus), {}, {}};
}

ChosenDevices Devices::choose_worth(const Job& job, const TakeGpu& take) {
  const Result<std::vector<Gpu>>& gpus = opening_->gpus();
  if (!gpus) return on_cpu(gpus.error().message);
  const Weighed weighed = weigh(job, threads_, speeds_of(*gpus));
  if (weighed.gpus == 0 && !speeds_of(*gpus).empty()) return on_cpu(weighed.why);
  const TakeGpu if_opened = [&](const Gpu& gpu) {
    return if_open(take)(opened(*gpus, static_cast<std::size_t>(&gpu - gpus->data())));
  };
  Taken taken = take_gpus(*gpus, std::max<std::size_t>(1, weighed.gpus), if_opened);
  if (taken.gpus.empty()) return on_cpu("no usable GPU: " + messages(taken.refused));
  const std::string why = gpus_text(job, threads_, speeds_of(taken.gpus));
  return on_gpus(std::move(taken), why);
}

// Once it was tried.
Gpu Devices::opened(const std::vector<Gpu>& gpus, std::size_t place) {
  Gpu gpu = gpus[place];
  gpu.refused = opening_->open(place);
  if (const auto failed = failed_.find(gpu.index); failed != failed_.end()) gpu.refused = failed->second;
  return gpu;
}

// Of --device cuda.
Result<Gpu> Devices::first_gpu() {
  const Result<ChosenDevices> usable = choose_asked([](const Gpu&) { return Result<void>(); });
  if (!usable) return tl::unexpected(usable.error());
  return usable->gpus.front();
}

bool Devices::on_gpu() const { return asked_ && asked_->kind == DeviceChoice::Kind::cuda; }

Result<Points> Devices::draw(const Space& space, std::uint64_t seed, std::uint64_t first, std::uint32_t count) {
  if (!on_gpu()) return random_points(space, seed, first, count);
  const Result<Gpu> gpu = first_gpu();
  if (!gpu) return tl::unexpected(gpu.error());
  return cuda_draw(draw_specs(space), seed, first, count, gpu->index);
}

// By auto: whether that was worth it, and was done.
bool Devices::sorted_on_gpu(std::span<const Cells* const> columns, const OnSorted& on_sorted) {
  if (opening_ == nullptr || columns.empty()) return false;
  const Job job = sorting_job(columns.size() * columns.front()->size());
  if (!worth_a_gpu(job, threads_)) return false;
  const Result<std::vector<Gpu>>& gpus = opening_->gpus();
  if (!gpus || weigh(job, threads_, speeds_of(*gpus)).gpus == 0) return false;
  const std::size_t place = worth_places(job, threads_, *gpus).front();
  const Gpu gpu = opened(*gpus, place);
  if (!gpu.refused.empty()) return false;
  const Result<void> sorted = driver_.sort(columns, on_sorted, gpu, memory_bytes_);
  if (!sorted) failed_[gpu.index] = sorted.error().message;
  return sorted.has_value();
}

ColumnSorter Devices::column_sorter() {
  return [this](std::span<const Cells* const> columns, const OnSorted& on_sorted) -> Result<void> {
    if (!on_gpu())
      return sorted_on_gpu(columns, on_sorted) ? Result<void>() : sort_columns(columns, on_sorted, threads_);
    const Result<Gpu> gpu = first_gpu();
    if (!gpu) return tl::unexpected(gpu.error());
    return driver_.sort(columns, on_sorted, *gpu, memory_bytes_);
  };
}

std::unique_ptr<GpuOpening> open_asked_gpus(const std::string& device) {
  const Result<DeviceChoice> asked = parse_device(device, {});
  if (!asked || asked->kind != DeviceChoice::Kind::cuda) return nullptr;
  return open_asked(gpu_driver(), *asked);
}

Result<std::vector<std::string>> describe_devices() {
  std::vector<std::string> lines;
  lines.push_back(fmt::format("cpu     {}, kernels for {}", allotment_text(), cpu_kernels().name));
  const std::unique_ptr<GpuOpening> opening = open_asked(gpu_driver(), {});   // all there are
  const Result<std::vector<Gpu>>& gpus = opening->gpus();
  if (!gpus) {
    lines.push_back(fmt::format("cuda    none: {}", gpus.error().message));
    return lines;
  }
  for (std::size_t place = 0; place < gpus->size(); ++place) {
    const std::string& refused = opening->open(place);
    lines.push_back(refused.empty() ? fmt::format("cuda:{}  {}", (*gpus)[place].index, (*gpus)[place].text)
                                    : fmt::format("not usable: {} ({})", refused, (*gpus)[place].text));
  }
  return lines;
}

}   // namespace warptune
