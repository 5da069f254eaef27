#include "device/cpu_kernels.h"

#include <string_view>

#include "base/environment.h"

namespace warptune {

namespace {

// The level's features that compilers can ask for; processors with these have the rest of it.
bool has_v3() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
         __builtin_cpu_supports("fma");
}

}   // namespace

const kernels::CpuKernels& cpu_kernels() {
  static const kernels::CpuKernels& chosen = []() -> const kernels::CpuKernels& {
    const bool narrow = environment("WARPTUNE_ISA") == "v2";
    return narrow || !has_v3() ? kernels::cpu_v2::kernels : kernels::cpu_v3::kernels;
  }();
  return chosen;
}

}   // namespace warptune
