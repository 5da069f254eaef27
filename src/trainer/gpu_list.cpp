#include "trainer/gpu_list.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "space/device_choice.h"

namespace warptune {

std::vector<int> gpus_present() {
  std::vector<int> gpus;
  std::error_code error;
  for (int index = 0; std::filesystem::exists(fmt::format("/dev/nvidia{}", index), error); ++index)
    gpus.push_back(index);
  // CUDA numbers the visible ones from 0.
  if (const char* visible = std::getenv("CUDA_VISIBLE_DEVICES")) {
    const std::string text = visible;
    const auto count = text.empty() || text == "-1" ? 0 : 1 + std::count(text.begin(), text.end(), ',');
    if (gpus.size() > static_cast<std::size_t>(count)) gpus.resize(static_cast<std::size_t>(count));
  }
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
