#include "family/library/gpu_list.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <string_view>

#include "base/environment.h"
#include "base/setting_mark.h"
#include "device/device_choice.h"

namespace warptune {

namespace {

// The driver itself knows CUDA_VISIBLE_DEVICES and containers. Its functions by the names of cuda.h; all return 0 if they
// could do it.
class Driver {
 public:
  Driver() : library_(dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL)) {   // never closed, as it is not made for that
    const auto init = function<int(unsigned)>("cuInit");
    usable_ = init != nullptr && init(0) == 0;
  }
  // nullptr: there is no driver, or none that can be used, or it lacks the function.
  template <class Signature>
  [[nodiscard]] Signature* find(const char* name) const {
    return usable_ ? function<Signature>(name) : nullptr;
  }

 private:
  template <class Signature>
  [[nodiscard]] Signature* function(const char* name) const {
    return library_ == nullptr ? nullptr : reinterpret_cast<Signature*>(dlsym(library_, name));
  }

  void* library_;
  bool usable_;
};

const Driver& driver() {
  static const Driver loaded;
  return loaded;
}

}   // namespace

std::vector<int> gpus_present() {
  auto* const count = driver().find<int(int*)>("cuDeviceGetCount");
  int devices = 0;
  if (count == nullptr || count(&devices) != 0) return {};
  std::vector<int> gpus(static_cast<std::size_t>(std::max(0, devices)));
  std::iota(gpus.begin(), gpus.end(), 0);
  return gpus;
}

std::string visible_device(int gpu) {
  const std::string ours = environment("CUDA_VISIBLE_DEVICES").value_or("");
  std::string_view rest = ours;
  for (int i = 0; !rest.empty(); ++i) {
    const std::string_view entry = rest.substr(0, rest.find(','));
    if (i == gpu) return std::string(entry);
    rest.remove_prefix(std::min(rest.size(), entry.size() + 1));
  }
  return fmt::format("{}", gpu);
}

std::optional<std::uint64_t> free_gpu_memory(int gpu) {
  auto* const device_of = driver().find<int(int*, int)>("cuDeviceGet");
  auto* const retain = driver().find<int(void**, int)>("cuDevicePrimaryCtxRetain");
  auto* const push = driver().find<int(void*)>("cuCtxPushCurrent_v2");
  auto* const pop = driver().find<int(void**)>("cuCtxPopCurrent_v2");
  auto* const information = driver().find<int(std::size_t*, std::size_t*)>("cuMemGetInfo_v2");
  int device = 0;
  void* context = nullptr;   // the one that the library will use, too: kept, for it takes a third of a second to make
  if (device_of == nullptr || retain == nullptr || push == nullptr || pop == nullptr || information == nullptr ||
      device_of(&device, gpu) != 0 || retain(&context, device) != 0 || push(context) != 0)
    return std::nullopt;
  std::size_t free = 0, total = 0;
  const bool known = information(&free, &total) == 0;
  (void)pop(&context);
  return known ? std::optional<std::uint64_t>(free) : std::nullopt;
}

Result<TrainerDevices> choose_gpus(const std::string& device, const std::string& library, bool has_cuda) {
  const Result<DeviceChoice> asked = parse_device(device, setting_mark("run.device"));
  if (!asked) return tl::unexpected(asked.error());
  if (asked->kind == DeviceChoice::Kind::cpu) return TrainerDevices{};
  const std::vector<int> present = gpus_present();
  if (asked->kind == DeviceChoice::Kind::automatic) {
    if (!has_cuda) return TrainerDevices{{}, fmt::format("running on the CPU: {} was built without CUDA", library)};
    if (present.empty()) return TrainerDevices{{}, "running on the CPU: no GPU is there"};
    return TrainerDevices{present, fmt::format("running on GPUs {} with {}", fmt::join(present, ", "), library)};
  }
  if (!has_cuda)
    return failure(fmt::format("{}: {} was built without CUDA", setting_mark("run.device", device), library),
                   "install a build with CUDA, or take " + setting_mark("run.device", "cpu"), ErrorKind::device);
  if (present.empty())
    return failure(setting_mark("run.device", device) + ": no GPU is there",
                   "check `nvidia-smi`; in a container, start it with --gpus all", ErrorKind::device);
  TrainerDevices chosen{asked->indices.empty() ? present : asked->indices, {}};
  for (const int index : chosen.gpus)
    if (std::find(present.begin(), present.end(), index) == present.end())
      return failure(fmt::format("{}: there is no GPU {}", setting_mark("run.device", device), index),
                     fmt::format("there are {}: {}", present.size(), fmt::join(present, ", ")), ErrorKind::device);
  return chosen;
}

}   // namespace warptune
