// The CPU kernels for this processor.
#pragma once

#include "kernels/backend.h"

namespace warptune {

// The widest of x86-64-v2, v3 and v4 that the processor has; WARPTUNE_ISA (v2, v3, v4) asks for a narrower one, for tests
// and benchmarks.
[[nodiscard]] const kernels::CpuKernels& cpu_kernels();

}   // namespace warptune
