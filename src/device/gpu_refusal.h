// Why a GPU cannot be used, in words: of what CUDA answers, as numbers, so that tests need no GPU that is broken just so.
#pragma once

#include <string>
#include <string_view>

namespace warptune {

// CUDA's codes and modes that have a meaning of their own here; device/cuda_devices.cpp holds them to CUDA's.
namespace cuda_code {
inline constexpr int out_of_memory = 2, driver_too_old = 35, unavailable = 46, no_device = 100, no_kernels = 209,
                     uncorrectable_memory = 214, system_not_ready = 802, driver_mismatch = 803,
                     too_old_for_driver = 804;
}   // namespace cuda_code
namespace compute_mode {
inline constexpr int anyone = 0, prohibited = 2, one_process = 3;
}   // namespace compute_mode

inline constexpr int least_capability = 75;   // that kernels are built for

struct GpuFacts {
  int capability = 0;   // 90: 9.0
  int mode = compute_mode::anyone;
};

// What speaks against a GPU before anything is asked of it; empty: nothing.
[[nodiscard]] std::string refusal_of(const GpuFacts& facts);

// Why its context could not be opened. text: CUDA's own for the code.
[[nodiscard]] std::string refusal_of(const GpuFacts& facts, int code, std::string_view text);

// Why no GPU can be asked for at all. Versions as CUDA gives them, 13000; driver 0: there is none.
[[nodiscard]] std::string refusal_of_all(int code, std::string_view text, int driver, int needed);

}   // namespace warptune
