#include "trainer/gpu_list.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "space/device_choice.h"

namespace warptune {

// Asked of the driver itself, which knows CUDA_VISIBLE_DEVICES and containers.
std::vector<int> gpus_present() {
  void* driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);   // never closed, as the driver is not made for it
  if (driver == nullptr) return {};
  const auto init = reinterpret_cast<int (*)(unsigned)>(dlsym(driver, "cuInit"));
  const auto count = reinterpret_cast<int (*)(int*)>(dlsym(driver, "cuDeviceGetCount"));
  int devices = 0;
  if (init == nullptr || count == nullptr || init(0) != 0 || count(&devices) != 0) return {};
  std::vector<int> gpus(static_cast<std::size_t>(std::max(0, devices)));
  std::iota(gpus.begin(), gpus.end(), 0);
  return gpus;
}

Result<TrainerDevices> choose_gpus(const std::string& device, const std::string& library, bool has_cuda) {
  const Result<DeviceChoice> asked = parse_device(device, "--device");
  if (!asked) return tl::unexpected(asked.error());
  if (asked->kind == DeviceChoice::Kind::cpu) return TrainerDevices{};
  const std::vector<int> present = gpus_present();
  if (asked->kind == DeviceChoice::Kind::automatic) {
    if (!has_cuda) return TrainerDevices{{}, fmt::format("running on the CPU: {} was built without CUDA", library)};
    if (present.empty()) return TrainerDevices{{}, "running on the CPU: no GPU is there"};
    return TrainerDevices{present, fmt::format("running on GPUs {} with {}", fmt::join(present, ", "), library)};
  }
  if (!has_cuda)
    return failure(fmt::format("--device {}: {} was built without CUDA", device, library),
                   "install a build with CUDA, or take --device cpu", Exit::device);
  if (present.empty())
    return failure(fmt::format("--device {}: no GPU is there", device),
                   "check `nvidia-smi`; in a container, start it with --gpus all", Exit::device);
  TrainerDevices chosen{asked->indices.empty() ? present : asked->indices, {}};
  for (const int index : chosen.gpus)
    if (std::find(present.begin(), present.end(), index) == present.end())
      return failure(fmt::format("--device {}: there is no GPU {}", device, index),
                     fmt::format("there are {}: {}", present.size(), fmt::join(present, ", ")), Exit::device);
  return chosen;
}

}   // namespace warptune
