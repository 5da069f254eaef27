// Random search's draws on CUDA, by cuRAND. Apart from the other kernels: cuRAND and Random123 name the same functions.
#include <curand_kernel.h>

#include "kernels/backend_cuda.h"
#include "kernels/exec/cuda_memory.h"

#define DEVICE __host__ __device__ inline

namespace warptune::kernels::cuda {
namespace {

// These build on each other, in this order.
// clang-format off
#include "kernels/math/words.h"
#include "kernels/math/explog.h"
#include "kernels/ops/draw.h"
// clang-format on

// One thread per value. cuRAND's Philox4x32-10 with subsequence = trial and offset 4 * block gives the words that
// philox(seed, block, 0, trial) gives on the CPU.
__global__ __launch_bounds__(128) void draw_kernel(const DrawArgs args) {
  const u64 at = static_cast<u64>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (at >= static_cast<u64>(args.trials) * args.parameters) return;
  const u64 trial = args.first_trial + at / args.parameters;
  const u32 parameter = static_cast<u32>(at % args.parameters);
  args.values[at] = draw_value(args.specs[parameter], [&](u32 attempt) {
    curandStatePhilox4_32_10_t state;
    curand_init(args.seed, trial, 4ull * (16 * parameter + attempt), &state);
    const uint4 w = curand4(&state);
    return Words{{w.x, w.y, w.z, w.w}};
  });
}

}   // namespace

void draw(const DrawArgs& args, cudaStream_t stream) {
  const u64 values = static_cast<u64>(args.trials) * args.parameters;
  if (values == 0) return;
  draw_kernel<<<static_cast<u32>((values + 127) / 128), 128, 0, stream>>>(args);
  CHECK_CUDA(cudaGetLastError());
}

}   // namespace warptune::kernels::cuda
