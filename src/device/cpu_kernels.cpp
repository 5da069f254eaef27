#include "device/cpu_kernels.h"

#include <cstdlib>
#include <string_view>

namespace warptune {

const kernels::CpuKernels& cpu_kernels() {
  static const kernels::CpuKernels& chosen = []() -> const kernels::CpuKernels& {
    const char* asked = std::getenv("WARPTUNE_ISA");
    const std::string_view isa = asked != nullptr ? asked : "v4";
    if (isa == "v4" && __builtin_cpu_supports("x86-64-v4")) return kernels::cpu_v4::kernels;
    if (isa != "v2" && __builtin_cpu_supports("x86-64-v3")) return kernels::cpu_v3::kernels;
    return kernels::cpu_v2::kernels;
  }();
  return chosen;
}

}  // namespace warptune
