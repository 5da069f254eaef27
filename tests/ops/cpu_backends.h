// The CPU backends that this processor can run.
#pragma once

#include <vector>

#include "device/cpu_kernels.h"
#include "kernels/backend.h"

namespace warptune::test {

inline std::vector<const kernels::CpuKernels*> cpu_backends() {
  std::vector<const kernels::CpuKernels*> backends = {&kernels::cpu_v2::kernels};
  if (&cpu_kernels() != backends.front()) backends.push_back(&cpu_kernels());
  return backends;
}

}   // namespace warptune::test
