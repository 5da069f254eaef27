#include "device/gpu_refusal.h"

#include <fmt/format.h>

namespace warptune {

namespace {

std::string version_text(int version) { return fmt::format("{}.{}", version / 1000, version % 1000 / 10); }

}   // namespace

std::string refusal_of(const GpuFacts& facts) {
  if (facts.capability < least_capability)
    return fmt::format("it is too old: compute capability {}.{}, warptune needs {}.{}", facts.capability / 10,
                       facts.capability % 10, least_capability / 10, least_capability % 10);
  if (facts.mode == compute_mode::prohibited) return "its compute mode is prohibited (nvidia-smi -c 0 allows it)";
  return {};
}

std::string refusal_of(const GpuFacts& facts, int code, std::string_view text) {
  switch (code) {
    case cuda_code::out_of_memory:
      return fmt::format("its memory is full, or the host's: no context can be opened: {}", text);
    case cuda_code::unavailable:
      return facts.mode == compute_mode::one_process
                 ? "another process has it to itself (compute mode exclusive, nvidia-smi -c 0 ends that)"
                 : fmt::format("it is busy: {}", text);
    case cuda_code::no_kernels:
      return fmt::format("this warptune was not built for compute capability {}.{}", facts.capability / 10,
                         facts.capability % 10);
    case cuda_code::uncorrectable_memory: return fmt::format("its memory has an error, it needs a reset: {}", text);
    default: return fmt::format("no context can be opened: {}", text);
  }
}

std::string refusal_of_all(int code, std::string_view text, int driver, int needed) {
  switch (code) {
    case cuda_code::driver_too_old:
    case cuda_code::too_old_for_driver:
      if (driver == 0) return "there is no NVIDIA driver";
      return fmt::format("the driver is too old: it is for CUDA {}, warptune needs {}", version_text(driver),
                         version_text(needed));
    case cuda_code::driver_mismatch: return fmt::format("the driver was updated and not loaded anew: {}", text);
    case cuda_code::system_not_ready:
      return fmt::format("the system is not ready (is nvidia-fabricmanager running?): {}", text);
    default: return std::string(text);
  }
}

}   // namespace warptune
