// What a build without CUDA answers.
#ifndef WARPTUNE_HAS_CUDA

#include "device/cuda_devices.h"

namespace warptune {

namespace {

tl::unexpected<Error> absent() {
  return failure("this warptune was built without CUDA",
                 "build it with nvcc (cmake --preset cuda), or use --device cpu", Exit::device);
}

}   // namespace

Result<std::vector<CudaDevice>> cuda_devices() { return absent(); }

Result<std::vector<std::unique_ptr<Executor>>> cuda_executors(const FitContext&, int, int, std::uint64_t) {
  return absent();
}

Result<std::vector<Point>> cuda_random_points(const Space&, std::uint64_t, std::uint64_t, std::uint32_t, int) {
  return absent();
}

Result<void> cuda_sort_columns(std::span<const Cells* const>, const OnSorted&, int, std::uint64_t) { return absent(); }

}   // namespace warptune

#endif
