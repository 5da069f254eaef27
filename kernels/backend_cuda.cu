// The CUDA backend: the same kernels as the CPU's, a thread block per unit of work. Blocks are persistent: as many as the
// device holds, each takes the next unit from a counter, so a batch is one launch per kernel.
#include <Random123/philox.h>

#include "kernels/backend_cuda.h"
#include "kernels/exec/cuda_memory.h"

#define DEVICE __host__ __device__ inline

namespace warptune::kernels::cuda {
namespace {

constexpr i64 smallest_key = -0x7fffffffffffffffll - 1;

// These build on each other, in this order.
// clang-format off
#include "kernels/math/words.h"
#include "kernels/math/philox.h"
#include "kernels/math/explog.h"
#include "kernels/stat/criterion.h"
#include "kernels/stat/class_counts.h"
#include "kernels/ops/features.h"
#include "kernels/ops/threshold.h"
#include "kernels/forest/rows_team.h"
#include "kernels/forest/tree.h"
#include "kernels/ops/sample.h"
#include "kernels/ops/split_limits.h"
#include "kernels/ops/search_team.h"
#include "kernels/ops/search_small_team.h"
#include "kernels/forest/structure.h"
#include "kernels/forest/grow.h"
#include "kernels/forest/grow_team.h"
#include "kernels/metric/row_votes.h"
#include "kernels/metric/accuracy.h"
#include "kernels/metric/balanced_accuracy.h"
#include "kernels/metric/log_loss.h"
#include "kernels/metric/roc_auc.h"
#include "kernels/forest/score_team.h"
#include "kernels/forest/score.h"

#undef DEVICE
#define DEVICE __device__ inline
#include "kernels/exec/cuda_block.h"
// clang-format on

constexpr u32 grow_threads = 192, score_threads = 32, area_threads = 128;
// Histograms: three nodes of two features in 16 copies each need 96 KiB; two such blocks share an H100's multiprocessor.
// Devices that offer less get what they have: results do not depend on it.
constexpr u32 most_cell_bytes = 96 << 10;
// Of a multiprocessor's shared memory, what static arrays and the driver take of each block.
constexpr u32 reserved_shared_bytes = 2 << 10;

// Registers for two blocks a multiprocessor; compilers for 10.x and 12.x spill a few bytes then, and get what they want.
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 1000
#define WARPTUNE_GROW_BLOCKS 1
#else
#define WARPTUNE_GROW_BLOCKS 2
#endif
__global__ __launch_bounds__(grow_threads, WARPTUNE_GROW_BLOCKS) void grow_kernel(const GrowArgs args, u32 cell_words) {
  extern __shared__ u32 shared_cells[];
  __shared__ u32 partial[33];
  __shared__ u32 shared_count;
  __shared__ CarvedTeam<ClassCounts> carved;
  CudaBlock block{partial};
  u8* workspace = args.workspace + blockIdx.x * args.workspace_bytes;
  for (u32 unit = block.take(args.next_unit); unit < args.unit_count; unit = block.take(args.next_unit))
    grow_tree(block, args, args.units[unit], workspace, shared_cells, cell_words, carved, &shared_count);
}

__global__ __launch_bounds__(score_threads, 16) void score_kernel(const ScoreArgs args) {
  extern __shared__ u64 shared_votes[];
  __shared__ u32 partial[33];
  CudaBlock block{partial};
  for (u32 unit = block.take(args.next_unit); unit < args.unit_count; unit = block.take(args.next_unit))
    score_rows(block, args, args.units[unit], shared_votes);
}

__global__ __launch_bounds__(area_threads, 4) void area_kernel(const AreaArgs args) {
  __shared__ u32 partial[33];
  CudaBlock block{partial};
  u8* workspace = args.workspace + blockIdx.x * args.workspace_bytes;
  for (u32 unit = block.take(args.next_unit); unit < args.unit_count; unit = block.take(args.next_unit))
    area_of_query(block, args, args.units[unit], workspace);
}

template <class Kernel>
LaunchShape shape_of(Kernel kernel, u32 threads, u32 shared_bytes) {
  int device = 0, processors = 0, per_processor = 0;
  CHECK_CUDA(cudaGetDevice(&device));
  CHECK_CUDA(cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device));
  if (shared_bytes > 48 << 10)
    CHECK_CUDA(
        cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(shared_bytes)));
  CHECK_CUDA(
      cudaOccupancyMaxActiveBlocksPerMultiprocessor(&per_processor, kernel, static_cast<int>(threads), shared_bytes));
  return {static_cast<u32>(processors * (per_processor > 0 ? per_processor : 1)), threads, shared_bytes};
}

template <class Kernel, class Args, class... More>
void launch(Kernel kernel, const LaunchShape& shape, cudaStream_t stream, const Args& args, More... more) {
  if (args.unit_count == 0) return;
  const u32 blocks = args.unit_count < shape.blocks ? args.unit_count : shape.blocks;
  kernel<<<blocks, shape.threads, shape.shared_bytes, stream>>>(args, more...);
  CHECK_CUDA(cudaGetLastError());
}

}   // namespace

LaunchShape grow_shape() {
  int device = 0, shared_bytes = 0;
  CHECK_CUDA(cudaGetDevice(&device));
  CHECK_CUDA(cudaDeviceGetAttribute(&shared_bytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, device));
  const u32 offered = static_cast<u32>(shared_bytes) - reserved_shared_bytes;
  return shape_of(grow_kernel, grow_threads, offered < most_cell_bytes ? offered : most_cell_bytes);
}
u64 score_bytes(u32 rows, const Fit& fit) { return kept_votes_bytes(rows, fit); }
LaunchShape score_shape(u64 shared_bytes) {
  return shape_of(score_kernel, score_threads, static_cast<u32>(shared_bytes));
}
LaunchShape area_shape() { return shape_of(area_kernel, area_threads, 0); }

u64 tree_workspace_bytes(const DatasetView& data, const Fit& fit) {
  return carve_team<ClassCounts>(nullptr, data, fit).bytes;
}
u64 area_bytes(const Fit& fit) { return area_workspace_bytes(fit.end - fit.begin, area_threads); }

void grow(const GrowArgs& args, const LaunchShape& shape, cudaStream_t stream) {
  launch(grow_kernel, shape, stream, args, shape.shared_bytes / 4);
}
void score(const ScoreArgs& args, const LaunchShape& shape, cudaStream_t stream) {
  launch(score_kernel, shape, stream, args);
}
void area(const AreaArgs& args, const LaunchShape& shape, cudaStream_t stream) {
  launch(area_kernel, shape, stream, args);
}

}   // namespace warptune::kernels::cuda
