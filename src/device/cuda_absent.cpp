// What a build without CUDA answers.
#include "base/setting_mark.h"
#include "device/cuda_devices.h"

namespace warptune {

tl::unexpected<Error> no_cuda() {
  return failure("this warptune was built without CUDA",
                 "build it with nvcc (cmake --preset cuda), or use " + setting_mark("run.device", "cpu"),
                 ErrorKind::device);
}

#ifndef WARPTUNE_HAS_CUDA

bool built_with_cuda() { return false; }

Result<std::vector<Gpu>> cuda_devices() { return no_cuda(); }

std::string cuda_open(const Gpu&) { return no_cuda().value().message; }

Result<Points> cuda_draw(std::span<const kernels::DrawSpec>, std::uint64_t, std::uint64_t, std::uint32_t, int) {
  return no_cuda();
}

Result<void> cuda_sort_columns(std::span<const Cells* const>, const OnSorted&, const Gpu&, std::uint64_t) {
  return no_cuda();
}

#endif

}   // namespace warptune
