// The CPU kernels for this processor.
#pragma once

#include "kernels/backend.h"

namespace warptune {

// Those for x86-64-v3 if the processor has it, else for v2; WARPTUNE_ISA=v2 asks for the narrower ones, for tests and
// benchmarks.
[[nodiscard]] const kernels::CpuKernels& cpu_kernels();

}   // namespace warptune
