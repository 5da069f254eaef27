// Which GPUs a trainer is to use, without a CUDA of our own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "warptune/error.h"

namespace warptune {

// The numbers of the GPUs that the driver shows.
[[nodiscard]] std::vector<int> gpus_present();

// What CUDA_VISIBLE_DEVICES is for a process that is to see this GPU only.
[[nodiscard]] std::string visible_device(int gpu);

// Bytes of its memory that are free; none: the driver does not say.
[[nodiscard]] std::optional<std::uint64_t> free_gpu_memory(int gpu);

struct TrainerDevices {
  std::vector<int> gpus;   // empty: the CPU
  std::string note;        // which, and why, when --device auto decided
};
// device: --device; library: its name and version, for messages; has_cuda: it was built with CUDA.
[[nodiscard]] Result<TrainerDevices> choose_gpus(const std::string& device, const std::string& library, bool has_cuda);

}   // namespace warptune
