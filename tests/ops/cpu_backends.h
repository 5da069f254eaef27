// The CPU backends that this processor can run.
#pragma once

#include <vector>

#include "kernels/backend.h"

namespace warptune::test {

inline std::vector<const kernels::CpuKernels*> cpu_backends() {
  std::vector<const kernels::CpuKernels*> backends = {&kernels::cpu_v2::kernels};
  if (__builtin_cpu_supports("x86-64-v3")) backends.push_back(&kernels::cpu_v3::kernels);
  return backends;
}

}   // namespace warptune::test
