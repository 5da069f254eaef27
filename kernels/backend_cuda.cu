// The CUDA backend: the same kernels as the CPU's, a thread block per unit of work. Blocks are persistent: as many as the
// device holds, each takes the next unit from a counter, so a batch is one launch per kernel.
#include <Random123/philox.h>

#include <algorithm>

#include "kernels/backend_cuda.h"
#include "kernels/exec/cuda_memory.h"

#define DEVICE __host__ __device__ __forceinline__

namespace warptune::kernels::cuda {
namespace {

constexpr i64 smallest_key = -0x7fffffffffffffffll - 1;

// These build on each other, in this order.
// clang-format off
#include "kernels/math/bits.h"
#include "kernels/math/words.h"
#include "kernels/math/philox.h"
#include "kernels/math/explog.h"
#include "kernels/math/rough.h"
#include "kernels/stat/criterion.h"
#include "kernels/stat/gini_words.h"
#include "kernels/stat/class_counts.h"
#include "kernels/stat/class_counts_team.h"
#include "kernels/stat/two_counts_team.h"
#include "kernels/ops/features.h"
#include "kernels/ops/threshold.h"
#include "kernels/forest/rows_team.h"
#include "kernels/forest/tree.h"
#include "kernels/ops/sample.h"
#include "kernels/ops/split_limits.h"
#include "kernels/ops/best_word_team.h"
#include "kernels/ops/slot_team.h"
#include "kernels/ops/search_classes_team.h"
#include "kernels/ops/search_slot_team.h"
#include "kernels/ops/search_team.h"
#include "kernels/ops/small_node_team.h"
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
#define DEVICE __device__ __forceinline__
#include "kernels/exec/cuda_block.h"
#include "kernels/exec/cuda_gang.h"
// clang-format on

constexpr u32 score_threads = 32, area_threads = 128;
// Growing threads of a multiprocessor, whose four parts have 512 registers for each lane of their warps: three warps each,
// or two of the kernel for all forests where its compiler would spill with three. Blocks share them: where each multiprocessor
// has a tree or less, all work at it; where it has many, small blocks wait less for each other. Trees that do not all fit at
// once are dealt out evenly: no turn is nearly empty.
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ == 750 || __CUDA_ARCH__ == 800 || __CUDA_ARCH__ == 900
template <class Stat>
constexpr u32 grow_lanes = 384;
#else
template <class Stat>
constexpr u32 grow_lanes = Stat::plain ? 384 : 256;
#endif
constexpr u32 gang_lanes = 256;   // of the largest kernel, whose blocks have a multiprocessor each
constexpr u32 least_grow_lanes = 64;
constexpr u32 grow_blocks(u32 trees, u32 processors, u32 lanes) {                               // of a multiprocessor
  const u32 most = lanes / least_grow_lanes, all = std::min(trees, processors * most * most),   // none32: many
      each = (all + processors - 1) / processors, turns = (each + most - 1) / most;
  return each < most ? each : (each + turns - 1) / turns;
}
// Histograms: three nodes of two features in 16 copies each need 96 KiB; a block that gets less searches fewer nodes at once,
// in fewer copies. Results do not depend on it.
static_assert(most_bucket_bytes == 96 << 10);

template <class Stat>
__global__ __launch_bounds__(grow_lanes<Stat>, 1) void grow_kernel(const GrowArgs args, u32 bucket_words) {
  extern __shared__ __align__(16) u32 shared_buckets[];
  __shared__ u32 partial[33];
  __shared__ u32 shared_count;
  __shared__ CarvedTeam<Stat> carved;
  CudaBlock block{partial, args.stop};
  u8* workspace = args.workspace + blockIdx.x * args.workspace_bytes;
  for (u32 unit = block.take(args.next_unit); unit < args.unit_count; unit = block.take(args.next_unit))
    grow_tree(block, args, args.units[unit], workspace, shared_buckets, bucket_words, carved, &shared_count);
}

// A gang of blocks for each tree: of large tables, whose trees are fewer than multiprocessors.
template <class Stat>
__global__ __launch_bounds__(gang_lanes, 1) void gang_kernel(const GrowArgs args, u32 bucket_words, u32 blocks,
                                                             GangWords* words) {
  extern __shared__ __align__(16) u32 shared_buckets[];
  __shared__ u32 partial[33];
  __shared__ GangPlace place;
  __shared__ CarvedTeam<Stat> carved;
  const u32 number = blockIdx.x / blocks;   // of the gang
  if (threadIdx.x == 0) place = {words + number, blockIdx.x % blocks, blocks, 0};
  __syncthreads();
  CudaGang block{{partial, args.stop}, &place};
  u8* workspace = args.workspace + number * args.workspace_bytes;
  for (u32 unit = block.take(args.next_unit); unit < args.unit_count; unit = block.take(args.next_unit))
    grow_tree(block, args, args.units[unit], workspace, shared_buckets, bucket_words, carved, &block.words().flag);
}

__global__ __launch_bounds__(score_threads, 8) void score_kernel(const ScoreArgs args) {
  extern __shared__ __align__(16) u64 shared_votes[];
  __shared__ u32 partial[33];
  CudaBlock block{partial, args.stop};
  if (args.outgrown != nullptr && *args.outgrown != 0) return;
  for (u32 unit = block.take(args.next_unit); unit < args.unit_count; unit = block.take(args.next_unit))
    score_rows(block, args, args.units[unit], shared_votes);
}

__global__ __launch_bounds__(area_threads, 4) void area_kernel(const AreaArgs args) {
  __shared__ u32 partial[33];
  CudaBlock block{partial, args.stop};
  if (args.outgrown != nullptr && *args.outgrown != 0) return;
  u8* workspace = args.workspace + blockIdx.x * args.workspace_bytes;
  for (u32 unit = block.take(args.next_unit); unit < args.unit_count; unit = block.take(args.next_unit))
    area_of_query(block, args, args.units[unit], workspace);
}

template <class Kernel>
LaunchShape shape_of(Kernel kernel, u32 threads, u32 shared_bytes) {
  int device = 0, processors = 0, per_processor = 0;
  CHECK_CUDA(cudaGetDevice(&device));
  CHECK_CUDA(cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device));
  // Without it static and dynamic memory together may take 48 KiB.
  CHECK_CUDA(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(shared_bytes)));
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

static u32 attribute_of_device(cudaDeviceAttr attribute) {
  int device = 0, value = 0;
  CHECK_CUDA(cudaGetDevice(&device));
  CHECK_CUDA(cudaDeviceGetAttribute(&value, attribute, device));
  return static_cast<u32>(value);
}

u32 multiprocessors() { return attribute_of_device(cudaDevAttrMultiProcessorCount); }

// Of blocks that share multiprocessors as `blocks_of(lanes)` says, of a multiprocessor's lanes.
template <class Kernel, class BlocksOf>
static LaunchShape shape_with_buckets(Kernel kernel, BlocksOf blocks_of) {
  cudaFuncAttributes attributes{};
  CHECK_CUDA(cudaFuncGetAttributes(&attributes, kernel));
  const std::size_t offered = attribute_of_device(cudaDevAttrMaxSharedMemoryPerBlockOptin) - attributes.sharedSizeBytes;
  CHECK_CUDA(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(offered)));
  const u32 lanes = static_cast<u32>(attributes.maxThreadsPerBlock),   // grow_lanes
      blocks = blocks_of(lanes), threads = lanes / blocks / 32 * 32;
  std::size_t bytes = 0;
  CHECK_CUDA(
      cudaOccupancyAvailableDynamicSMemPerBlock(&bytes, kernel, static_cast<int>(blocks), static_cast<int>(threads)));
  bytes = std::min({bytes / 1024 * 1024, offered / 1024 * 1024, std::size_t{most_bucket_bytes}});
  return {multiprocessors() * blocks, threads, static_cast<u32>(bytes)};
}

bool has_gangs() { return attribute_of_device(cudaDevAttrCooperativeLaunch) != 0; }
bool grows_plain(const DatasetView& data, const Fit& fit) { return TwoCounts::serves(data, fit); }
LaunchShape grow_shape(u32 trees, bool plain) {
  const auto blocks = [trees](u32 lanes) { return grow_blocks(trees, multiprocessors(), lanes); };
  return plain ? shape_with_buckets(grow_kernel<TwoCounts>, blocks)
               : shape_with_buckets(grow_kernel<ClassCounts>, blocks);
}
LaunchShape gang_shape() {
  return shape_with_buckets(gang_kernel<ClassCounts>, [](u32) { return 1; });
}
u64 score_bytes(u32 rows, const Fit& fit) { return kept_votes_bytes(rows, fit); }
LaunchShape score_shape(u64 shared_bytes) {
  return shape_of(score_kernel, score_threads, static_cast<u32>(shared_bytes));
}
LaunchShape area_shape() { return shape_of(area_kernel, area_threads, 0); }

u64 tree_workspace_bytes(const DatasetView& data, const Fit& fit, u32 blocks) {
  return carve_team<ClassCounts>(nullptr, data, fit, blocks).bytes;
}
u64 area_bytes(const Fit& fit) { return area_workspace_bytes(fit.end - fit.begin, area_threads); }

void grow(const GrowArgs& args, const LaunchShape& shape, bool plain, cudaStream_t stream) {
  if (plain)
    launch(grow_kernel<TwoCounts>, shape, stream, args, shape.shared_bytes / 4);
  else
    launch(grow_kernel<ClassCounts>, shape, stream, args, shape.shared_bytes / 4);
}
bool grow_by_gangs(const GrowArgs& args, const LaunchShape& shape, u32 blocks, GangWords* words, cudaStream_t stream) {
  const u32 gangs = std::min(args.unit_count, shape.blocks / blocks);
  if (gangs == 0) return true;
  CHECK_CUDA(cudaMemsetAsync(words, 0, gangs * sizeof(GangWords), stream));
  GrowArgs grow_args = args;
  u32 bucket_words = shape.shared_bytes / 4;
  void* arguments[] = {&grow_args, &bucket_words, &blocks, &words};
  const cudaError_t launched =
      cudaLaunchCooperativeKernel(reinterpret_cast<const void*>(gang_kernel<ClassCounts>), gangs * blocks,
                                  shape.threads, arguments, shape.shared_bytes, stream);
  if (launched == cudaErrorCooperativeLaunchTooLarge || launched == cudaErrorNotSupported) {
    (void)cudaGetLastError();   // not to be reported by a later call
    return false;
  }
  check_cuda(launched, "cudaLaunchCooperativeKernel", __FILE__, __LINE__);
  return true;
}
void score(const ScoreArgs& args, const LaunchShape& shape, cudaStream_t stream) {
  launch(score_kernel, shape, stream, args);
}
void area(const AreaArgs& args, const LaunchShape& shape, cudaStream_t stream) {
  launch(area_kernel, shape, stream, args);
}

}   // namespace warptune::kernels::cuda
