// What the host sees of the CUDA kernels: launchers. Each takes the stream, returns on no work, and checks the launch;
// they throw CudaError.
#pragma once

#include <cuda_runtime.h>

#include "kernels/exec/gang_words.h"
#include "kernels/forest/forest.h"
#include "kernels/ops/draw_spec.h"

namespace warptune::kernels::cuda {

// How a kernel is launched on the current device.
struct LaunchShape {
  u32 blocks;   // as many as fit the device at once
  u32 threads;
  u32 shared_bytes;   // dynamic, per block
};

// Whether a fit's trees are grown by the smaller kernel for plain forests of two classes; all of a wave's must be.
bool grows_plain(const DatasetView& data, const Fit& fit);
LaunchShape grow_shape(u32 trees, bool plain);   // trees: of the launch
// Gangs of blocks, each of which grows a tree, a block a multiprocessor. All run at once, which a few devices cannot promise.
bool has_gangs();
u32 multiprocessors();
LaunchShape gang_shape();
u64 score_bytes(u32 rows, const Fit& fit);   // of shared memory
LaunchShape score_shape(u64 shared_bytes);
LaunchShape area_shape();

// Bytes of workspace that one block of a kernel needs.
u64 tree_workspace_bytes(const DatasetView& data, const Fit& fit, u32 blocks = 1);   // blocks: of a gang
u64 area_bytes(const Fit& fit);

void grow(const GrowArgs& args, const LaunchShape& shape, bool plain, cudaStream_t stream);
// Gangs of so many blocks. words: [gangs]; GrowArgs::workspace: [gangs]. Any fit's trees. Returns false where the device does not
// run so many blocks at once, as under MPS with a share of its threads: nothing was launched.
[[nodiscard]] bool grow_by_gangs(const GrowArgs& args, const LaunchShape& shape, u32 blocks, GangWords* words,
                                 cudaStream_t stream);
void score(const ScoreArgs& args, const LaunchShape& shape, cudaStream_t stream);
void area(const AreaArgs& args, const LaunchShape& shape, cudaStream_t stream);
void draw(const DrawArgs& args, cudaStream_t stream);

}   // namespace warptune::kernels::cuda
