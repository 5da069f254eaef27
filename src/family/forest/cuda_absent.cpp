// What a build without CUDA answers.
#ifndef WARPTUNE_HAS_CUDA

#include "device/cuda_devices.h"
#include "family/forest/cuda_executors.h"

namespace warptune {

Result<std::vector<std::unique_ptr<Executor>>> cuda_executors(const FitContext&, int, int, std::uint64_t) {
  return no_cuda();
}

}   // namespace warptune

#endif
