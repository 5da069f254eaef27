// GPUs that are not here: what --device takes of a made-up machine's, and what it says of the others.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "device/devices.h"
#include "device/gpu_refusal.h"

namespace warptune {
namespace {

// A machine with GPUs, of which some cannot be opened.
struct Machine {
  int gpus = 1;
  std::map<int, std::string> refused;   // from the start
  std::map<int, std::string> cannot_open;
  std::string error;   // of asking for them
  std::atomic<int> asked{0};
  std::atomic<int> opened{0};
  bool cannot_sort = false;
  int sorted = 0;   // times

  // Called by several threads at once.
  static std::string of(const std::map<int, std::string>& reasons, int gpu) {
    const auto found = reasons.find(gpu);
    return found == reasons.end() ? std::string() : found->second;
  }

  GpuDriver driver() {
    return {{},
            [this]() -> Result<std::vector<Gpu>> {
              ++asked;
              if (!error.empty()) return failure(error, {}, ErrorKind::device);
              std::vector<Gpu> all;
              for (int i = 0; i < gpus; ++i)
                all.push_back({i, "GPU " + std::to_string(i), {1e11, 100}, of(refused, i)});
              return all;
            },
            [this](const Gpu& gpu) {
              ++opened;
              return of(cannot_open, gpu.index);
            },
            [this](std::span<const Cells* const> columns, const OnSorted& on_sorted, const Gpu&,
                   std::uint64_t) -> Result<void> {
              ++sorted;
              on_sorted(0, {});   // a wrong one, which is to be given again
              if (cannot_sort) return failure("cuda:0: sorting the columns: no", {}, ErrorKind::device);
              return sort_columns(columns, on_sorted, 1);
            }};
  }
};

constexpr Job small{0.1, 0.1e9, 0, 100}, large{1000, 1e12, 0, 100}, huge{1e6, 1e15, 0, 100};

const TakeGpu take_any = [](const Gpu&) { return Result<void>(); };

std::vector<int> indices(const ChosenDevices& chosen) {
  std::vector<int> all;
  for (const Gpu& gpu : chosen.gpus) all.push_back(gpu.index);
  return all;
}

Result<ChosenDevices> choose(Machine& machine, const std::string& device, const Job& job,
                             const TakeGpu& take = take_any) {
  Devices devices(device, 2, 0, machine.driver());
  devices.expect(job);
  return devices.choose(job, take);
}

TEST(DeviceGpus, AutoDoesNotAskForGpusThatAreNotWorthIt) {
  Machine machine;
  const auto chosen = choose(machine, "auto", small);
  ASSERT_TRUE(chosen);
  EXPECT_TRUE(chosen->gpus.empty());
  EXPECT_EQ(chosen->note, "running on the CPU: about 0.05 s on 2 threads, a GPU takes 0.3 s to start");
  EXPECT_EQ(machine.asked, 0);
}

TEST(DeviceGpus, TheCpuAsksForNone) {
  Machine machine;
  const auto chosen = choose(machine, "cpu", huge);
  ASSERT_TRUE(chosen);
  EXPECT_TRUE(chosen->gpus.empty() && chosen->note.empty() && chosen->why.empty());
  EXPECT_EQ(machine.asked, 0);
}

TEST(DeviceGpus, AutoTakesWhatIsWorthIt) {
  Machine machine;
  machine.gpus = 4;
  const auto chosen = choose(machine, "auto", huge);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(indices(*chosen), (std::vector<int>{0, 1, 2, 3}));
  EXPECT_EQ(chosen->note.rfind("running on 4 GPUs: GPU 0; about ", 0), 0U) << chosen->note;
  EXPECT_EQ(chosen->why.rfind("about ", 0), 0U);
}

TEST(DeviceGpus, AutoOpensNoMoreThanTheMostThatMayBeWorthIt) {
  Machine machine;
  machine.gpus = 8;
  Job one = huge;
  one.pieces = 1;
  const auto chosen = choose(machine, "auto", one);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(indices(*chosen), (std::vector<int>{0}));
  EXPECT_EQ(machine.opened, 1);
}

TEST(DeviceGpus, ThePlanMayBeLessThanWhatWasExpected) {
  Machine machine;
  Devices devices("auto", 2, 0, machine.driver());
  devices.expect(huge);
  const auto chosen = devices.choose(small, take_any);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->note, "running on the CPU: about 0.05 s on 2 threads, a GPU takes 0.3 s to start");
}

TEST(DeviceGpus, AutoPassesOverWhatCannotBeUsedAndSaysSo) {
  Machine machine;
  machine.gpus = 4;
  machine.refused[0] = "cuda:0: it is too old";
  machine.cannot_open[2] = "cuda:2: it is busy";
  const auto chosen = choose(machine, "auto", huge);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(indices(*chosen), (std::vector<int>{1, 3}));
  EXPECT_NE(chosen->note.find("running on 2 GPUs: GPU 1; "), std::string::npos) << chosen->note;
  EXPECT_NE(chosen->note.find("; not used: cuda:0: it is too old; cuda:2: it is busy"), std::string::npos);
}

TEST(DeviceGpus, AutoTakesAnotherOneForOneThatIsFull) {
  Machine machine;
  machine.gpus = 3;
  Job one = huge;
  one.pieces = 1;
  const auto chosen = choose(machine, "auto", one, [](const Gpu& gpu) -> Result<void> {
    if (gpu.index == 0) return failure("cuda:0: the dataset does not fit", "buy memory", ErrorKind::device);
    return {};
  });
  ASSERT_TRUE(chosen);
  EXPECT_EQ(indices(*chosen), (std::vector<int>{1}));
  EXPECT_NE(chosen->note.find("; not used: cuda:0: the dataset does not fit"), std::string::npos) << chosen->note;
}

TEST(DeviceGpus, AutoFallsBackToTheCpu) {
  Machine machine;
  machine.gpus = 2;
  machine.refused[0] = "cuda:0: its compute mode is prohibited";
  machine.cannot_open[1] = "cuda:1: it is busy";
  auto chosen = choose(machine, "auto", huge);
  ASSERT_TRUE(chosen);
  EXPECT_TRUE(chosen->gpus.empty());
  EXPECT_EQ(chosen->note,
            "running on the CPU: no usable GPU: cuda:0: its compute mode is prohibited; cuda:1: it is busy");

  machine.error = "no usable GPU: there is no NVIDIA driver";
  chosen = choose(machine, "auto", huge);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->note, "running on the CPU: no usable GPU: there is no NVIDIA driver");

  GpuDriver none;
  none.absent = "this warptune was built without CUDA";
  Devices devices("auto", 2, 0, none);
  devices.expect(huge);
  chosen = devices.choose(huge, take_any);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->note, "running on the CPU: this warptune was built without CUDA");
}

TEST(DeviceGpus, CudaIsAllThatCanBeUsed) {
  Machine machine;
  machine.gpus = 3;
  auto chosen = choose(machine, "cuda", small);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(indices(*chosen), (std::vector<int>{0, 1, 2}));
  EXPECT_TRUE(chosen->note.empty() && chosen->why.empty());

  machine.cannot_open[1] = "cuda:1: it is busy";
  chosen = choose(machine, "cuda", small);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(indices(*chosen), (std::vector<int>{0, 2}));
  EXPECT_EQ(chosen->note, "running on 2 GPUs: GPU 0; not used: cuda:1: it is busy");
}

TEST(DeviceGpus, CudaIsAnErrorWhereItCannotBeHad) {
  Machine machine;
  machine.gpus = 2;
  machine.cannot_open[1] = "cuda:1: it is busy";
  EXPECT_EQ(indices(*choose(machine, "cuda:0", small)), (std::vector<int>{0}));
  auto chosen = choose(machine, "cuda:1,0", small);
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().message, "cuda:1: it is busy");
  EXPECT_EQ(chosen.error().kind, ErrorKind::device);
  chosen = choose(machine, "cuda:0,5", small);
  ASSERT_FALSE(chosen);
  EXPECT_NE(chosen.error().message.find("there is no GPU 5"), std::string::npos);

  machine.cannot_open[0] = "cuda:0: it is busy too";
  chosen = choose(machine, "cuda", huge);
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().message, "cuda:0: it is busy too");
  EXPECT_EQ(chosen.error().kind, ErrorKind::device);

  machine.error = "no usable GPU: none";
  chosen = choose(machine, "cuda", huge);
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().message, "no usable GPU: none");
}

TEST(DeviceGpus, ThoseThatAreNamedComeInTheUsersOrder) {
  Machine machine;
  machine.gpus = 4;
  EXPECT_EQ(indices(*choose(machine, "cuda:2,0", small)), (std::vector<int>{2, 0}));
  EXPECT_EQ(machine.opened, 2);
}

// Sorts a column of four million cells of one value; gives its distinct values.
std::vector<double> sorted_by(Machine& machine, Devices& devices) {
  const Cells cells(std::vector<double>(4'000'000, 7.0));
  const Cells* const column = &cells;
  std::vector<double> values;
  const Result<void> sorted = devices.column_sorter()(
      std::span(&column, 1), [&](std::size_t, const DistinctValues& distinct) { values = distinct.values; });
  EXPECT_TRUE(sorted) << machine.sorted;
  return values;
}

TEST(DeviceGpus, AutoSortsOnAGpuWhereThatIsWorthIt) {
  Machine machine;
  Devices on_one("auto", 1, 0, machine.driver()), on_many("auto", 64, 0, machine.driver());
  on_one.expect(huge);
  on_many.expect(huge);
  EXPECT_EQ(sorted_by(machine, on_one), std::vector<double>{7});
  EXPECT_EQ(machine.sorted, 1);
  EXPECT_EQ(sorted_by(machine, on_many), std::vector<double>{7});
  EXPECT_EQ(machine.sorted, 1);
}

TEST(DeviceGpus, AGpuThatCannotSortIsNotUsedAndTheCpuSorts) {
  Machine machine;
  machine.gpus = 2;
  machine.cannot_sort = true;
  Devices devices("auto", 1, 0, machine.driver());
  devices.expect(large);
  EXPECT_EQ(sorted_by(machine, devices), std::vector<double>{7});
  const auto chosen = devices.choose(large, take_any);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(indices(*chosen), (std::vector<int>{1}));
  EXPECT_NE(chosen->note.find("; not used: cuda:0: sorting the columns: no"), std::string::npos) << chosen->note;
}

TEST(DeviceGpus, ReasonsSayWhatToDo) {
  EXPECT_EQ(refusal_of(GpuFacts{75, compute_mode::anyone}), "");
  EXPECT_EQ(refusal_of(GpuFacts{121, compute_mode::one_process}), "");
  EXPECT_EQ(refusal_of(GpuFacts{70, compute_mode::anyone}),
            "it is too old: compute capability 7.0, warptune needs 7.5");
  EXPECT_EQ(refusal_of(GpuFacts{90, compute_mode::prohibited}),
            "its compute mode is prohibited (nvidia-smi -c 0 allows it)");
  EXPECT_EQ(refusal_of(GpuFacts{90, compute_mode::one_process}, cuda_code::unavailable, "text"),
            "another process has it to itself (compute mode exclusive, nvidia-smi -c 0 ends that)");
  EXPECT_EQ(refusal_of(GpuFacts{90}, cuda_code::unavailable, "text"), "it is busy: text");
  EXPECT_EQ(refusal_of(GpuFacts{90}, cuda_code::out_of_memory, "text"),
            "its memory is full, or the host's: no context can be opened: text");
  EXPECT_EQ(refusal_of(GpuFacts{100}, cuda_code::no_kernels, "text"),
            "this warptune was not built for compute capability 10.0");
  EXPECT_EQ(refusal_of(GpuFacts{90}, cuda_code::uncorrectable_memory, "text"),
            "its memory has an error, it needs a reset: text");
  EXPECT_EQ(refusal_of(GpuFacts{90}, 999, "text"), "no context can be opened: text");
}

TEST(DeviceGpus, ReasonsOfNoGpuAtAll) {
  EXPECT_EQ(refusal_of_all(cuda_code::driver_too_old, "text", 0, 13000), "there is no NVIDIA driver");
  EXPECT_EQ(refusal_of_all(cuda_code::driver_too_old, "text", 12040, 13000),
            "the driver is too old: it is for CUDA 12.4, warptune needs 13.0");
  EXPECT_EQ(refusal_of_all(cuda_code::driver_mismatch, "text", 13000, 13000),
            "the driver was updated and not loaded anew: text");
  EXPECT_EQ(refusal_of_all(cuda_code::system_not_ready, "text", 13000, 13000),
            "the system is not ready (is nvidia-fabricmanager running?): text");
  EXPECT_EQ(refusal_of_all(cuda_code::no_device, "no CUDA-capable device is detected", 13000, 13000),
            "no CUDA-capable device is detected");
}

}   // namespace
}   // namespace warptune
