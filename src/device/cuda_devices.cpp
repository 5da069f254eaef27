// Which GPUs there are, and trials drawn on one.
#ifdef WARPTUNE_HAS_CUDA

#include "device/cuda_devices.h"

#include <fmt/format.h>

#include <utility>

#include "base/aligned.h"
#include "base/setting_mark.h"
#include "kernels/backend_cuda.h"
#include "kernels/exec/cuda_memory.h"

namespace warptune {

namespace {

using kernels::u32;
using kernels::u64;

tl::unexpected<Error> device_failure(const std::string& message, const std::string& hint = {}) {
  return failure(message, hint, ErrorKind::device);
}

}   // namespace

Result<std::vector<CudaDevice>> cuda_devices() {
  int count = 0;   // without a driver the call leaves it untouched
  const cudaError_t code = cudaGetDeviceCount(&count);
  if (code != cudaSuccess) {
    (void)cudaGetLastError();
    return device_failure(fmt::format("no usable GPU: {}", cudaGetErrorString(code)),
                          "check `nvidia-smi`; in a container, start it with --gpus all");
  }
  if (count == 0)
    return device_failure("no usable GPU: the driver shows none",
                          "check `nvidia-smi`; in a container, start it with --gpus all");
  std::vector<CudaDevice> devices;
  std::string refused;
  for (int i = 0; i < count; ++i) {
    cudaDeviceProp properties{};
    if (cudaGetDeviceProperties(&properties, i) != cudaSuccess) {
      (void)cudaGetLastError();
      continue;
    }
    if (properties.major * 10 + properties.minor < 75) {
      refused = fmt::format("{} has compute capability {}.{}, warptune needs 7.5", properties.name, properties.major,
                            properties.minor);
      continue;
    }
    devices.push_back({i, fmt::format("{}, compute capability {}.{}, {:.1f} GiB", properties.name, properties.major,
                                      properties.minor, static_cast<double>(properties.totalGlobalMem) / (1u << 30))});
  }
  if (devices.empty())
    return device_failure("no usable GPU: " + (refused.empty() ? std::string("none answers") : refused));
  return devices;
}

Result<Points> cuda_draw(std::span<const kernels::DrawSpec> specs, std::uint64_t seed, std::uint64_t first,
                         std::uint32_t count, int device) {
  try {
    CHECK_CUDA(cudaSetDevice(device));
    const u64 spec_bytes = aligned(specs.size() * sizeof(kernels::DrawSpec), device_line_bytes);
    std::vector<double> values(static_cast<std::size_t>(count) * specs.size());
    const DeviceBytes bytes(spec_bytes + values.size() * sizeof(double));
    const CudaStream stream;
    CHECK_CUDA(cudaMemcpyAsync(bytes.data(), specs.data(), specs.size() * sizeof(kernels::DrawSpec),
                               cudaMemcpyHostToDevice, stream.get()));
    auto* drawn = reinterpret_cast<double*>(bytes.data() + spec_bytes);
    kernels::cuda::draw({reinterpret_cast<const kernels::DrawSpec*>(bytes.data()), drawn, seed, first, count,
                         static_cast<u32>(specs.size())},
                        stream.get());
    CHECK_CUDA(
        cudaMemcpyAsync(values.data(), drawn, values.size() * sizeof(double), cudaMemcpyDeviceToHost, stream.get()));
    CHECK_CUDA(cudaStreamSynchronize(stream.get()));
    return Points(specs.size(), std::move(values));
  } catch (const CudaError& error) {
    return device_failure(fmt::format("cuda:{}: drawing the trials: {}", device, error.message),
                          "use another device, or " + setting_mark("run.device", "cpu"));
  }
}

}   // namespace warptune

#endif
