#include "device/cpu_kernels.h"

#include <cstdlib>
#include <string_view>

namespace warptune {

namespace {

// The levels' features that compilers can ask for; processors with these have the rest of the level.
bool has_v3() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
         __builtin_cpu_supports("fma");
}

bool has_v4() {
  return has_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

}   // namespace

const kernels::CpuKernels& cpu_kernels() {
  static const kernels::CpuKernels& chosen = []() -> const kernels::CpuKernels& {
    const char* asked = std::getenv("WARPTUNE_ISA");
    const std::string_view isa = asked != nullptr ? asked : "v4";
    if (isa == "v4" && has_v4()) return kernels::cpu_v4::kernels;
    if (isa != "v2" && has_v3()) return kernels::cpu_v3::kernels;
    return kernels::cpu_v2::kernels;
  }();
  return chosen;
}

}   // namespace warptune
