// Launches with any size of shared memory that a GPU offers. The kernels take no unit, since the host wants them to end.
#ifdef WARPTUNE_HAS_CUDA

#include <gtest/gtest.h>

#include "device/cuda_devices.h"
#include "kernels/backend_cuda.h"
#include "kernels/exec/cuda_memory.h"

namespace warptune {
namespace {

using kernels::u32;

struct Launch {
  Launch() : counter(sizeof(u32)) {
    stop.set(1);
    CHECK_CUDA(cudaMemset(counter.data(), 0, sizeof(u32)));
  }
  template <class Args>
  [[nodiscard]] Args args() const {
    Args a{};
    a.unit_count = 5;
    a.next_unit = reinterpret_cast<u32*>(counter.data());
    a.stop = stop.on_device();
    return a;
  }
  MappedWord stop;
  DeviceBytes counter;
  CudaStream stream;
};

// Whether the kernel is that of plain forests of two classes.
class CudaLaunch : public ::testing::TestWithParam<bool> {};

TEST_P(CudaLaunch, WithAnySizeOfSharedMemory) {
  if (const auto devices = cuda_devices(); !devices) GTEST_SKIP() << devices.error().message;
  const Launch launch;
  const bool plain = GetParam();
  const kernels::cuda::LaunchShape most =
      kernels::cuda::grow_shape(1, plain);   // a block has a multiprocessor for itself
  EXPECT_GE(most.shared_bytes, 56u << 10) << "of the least that a GPU offers";
  for (const u32 bytes : {0u, 47u << 10, 48u << 10, (48u << 10) + 512, most.shared_bytes}) {
    kernels::cuda::LaunchShape shape = most;
    shape.shared_bytes = bytes;
    EXPECT_NO_THROW(kernels::cuda::grow(launch.args<kernels::GrowArgs>(), shape, plain, launch.stream.get())) << bytes;
    EXPECT_NO_THROW(
        kernels::cuda::score(launch.args<kernels::ScoreArgs>(), kernels::cuda::score_shape(bytes), launch.stream.get()))
        << bytes;
    EXPECT_EQ(cudaStreamSynchronize(launch.stream.get()), cudaSuccess) << bytes;
  }
  EXPECT_NO_THROW(
      kernels::cuda::area(launch.args<kernels::AreaArgs>(), kernels::cuda::area_shape(), launch.stream.get()));
  EXPECT_EQ(cudaStreamSynchronize(launch.stream.get()), cudaSuccess);
}

INSTANTIATE_TEST_SUITE_P(Kernels, CudaLaunch, testing::Bool());

}   // namespace
}   // namespace warptune

#endif
