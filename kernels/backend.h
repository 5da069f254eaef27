// What the host sees of the CPU kernels: one table of functions per instruction set, chosen at start.
#pragma once

#include "kernels/forest/forest.h"
#include "kernels/ops/draw_spec.h"

namespace warptune::kernels {

// Every unit function does one unit of work on the calling thread, with a workspace of its own.
struct CpuKernels {
  const char* name;   // cpu_v2, cpu_v3
  u64 (*tree_workspace_bytes)(const DatasetView&, const Fit&);
  void (*grow)(const GrowArgs&, u32 unit, u8* workspace);
  u64 (*score_workspace_bytes)(const ScoreUnit&, const Fit&);
  void (*score)(const ScoreArgs&, u32 unit, u8* workspace);
  u64 (*area_workspace_bytes)(const Fit&);
  void (*area)(const AreaArgs&, u32 unit, u8* workspace);
  void (*draw)(const DrawArgs&);
  void (*entropy_terms)(i64* terms, u32 count);   // [count] c log2 c * 2^entropy_bits
  double (*log)(double);
};

namespace cpu_v2 {
extern const CpuKernels kernels;
}
namespace cpu_v3 {
extern const CpuKernels kernels;
}

}   // namespace warptune::kernels
