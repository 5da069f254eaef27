// Which GPUs there are, and trials drawn on one.
#ifdef WARPTUNE_HAS_CUDA

#include "device/cuda_devices.h"

#include <fmt/format.h>

#include <utility>

#include "base/aligned.h"
#include "base/setting_mark.h"
#include "device/gpu_refusal.h"
#include "kernels/backend_cuda.h"
#include "kernels/exec/cuda_memory.h"

namespace warptune {

namespace {

using kernels::u32;
using kernels::u64;

tl::unexpected<Error> device_failure(const std::string& message, const std::string& hint = {}) {
  return failure(message, hint, ErrorKind::device);
}

// The words of gpu_refusal.h are about these.
static_assert(cuda_code::out_of_memory == cudaErrorMemoryAllocation);
static_assert(cuda_code::driver_too_old == cudaErrorInsufficientDriver);
static_assert(cuda_code::unavailable == cudaErrorDevicesUnavailable);
static_assert(cuda_code::no_device == cudaErrorNoDevice);
static_assert(cuda_code::no_kernels == cudaErrorNoKernelImageForDevice);
static_assert(cuda_code::uncorrectable_memory == cudaErrorECCUncorrectable);
static_assert(cuda_code::system_not_ready == cudaErrorSystemNotReady);
static_assert(cuda_code::driver_mismatch == cudaErrorSystemDriverMismatch);
static_assert(cuda_code::too_old_for_driver == cudaErrorCompatNotSupportedOnDevice);
static_assert(compute_mode::anyone == cudaComputeModeDefault);
static_assert(compute_mode::prohibited == cudaComputeModeProhibited);
static_assert(compute_mode::one_process == cudaComputeModeExclusiveProcess);

int attribute(cudaDeviceAttr name, int device) {
  int value = 0;
  CHECK_CUDA(cudaDeviceGetAttribute(&value, name, device));
  return value;
}

GpuFacts facts_of(int device) {
  return {attribute(cudaDevAttrComputeCapabilityMajor, device) * 10 +
              attribute(cudaDevAttrComputeCapabilityMinor, device),
          attribute(cudaDevAttrComputeMode, device)};
}

std::string refused(int device, const std::string& why) {
  return why.empty() ? std::string() : fmt::format("cuda:{}: {}", device, why);
}

Gpu gpu_of(int device) {
  try {
    cudaDeviceProp properties{};
    CHECK_CUDA(cudaGetDeviceProperties(&properties, device));
    const double clock = attribute(cudaDevAttrClockRate, device) * 1e3;   // 0: not told
    return {device,
            fmt::format("{}, compute capability {}.{}, {:.1f} GiB", properties.name, properties.major, properties.minor,
                        static_cast<double>(properties.totalGlobalMem) / (1u << 30)),
            {properties.multiProcessorCount * (clock > 0 ? clock : 1e9), properties.multiProcessorCount},
            refused(device, refusal_of(facts_of(device)))};
  } catch (const CudaError& error) {
    return {device, "does not answer", {1e9, 1}, refused(device, fmt::format("it does not answer: {}", error.message))};
  }
}

}   // namespace

bool built_with_cuda() { return true; }

Result<std::vector<Gpu>> cuda_devices() {
  const char* const hint = "check `nvidia-smi`; in a container, start it with --gpus all";
  int count = 0;   // without a driver the call leaves it untouched
  const cudaError_t code = cudaGetDeviceCount(&count);
  if (code != cudaSuccess) {
    int driver = 0, needed = 0;
    (void)cudaDriverGetVersion(&driver);
    (void)cudaRuntimeGetVersion(&needed);
    (void)cudaGetLastError();
    return device_failure("no usable GPU: " + refusal_of_all(code, cudaGetErrorString(code), driver, needed), hint);
  }
  if (count == 0) return device_failure("no usable GPU: the driver shows none", hint);
  std::vector<Gpu> gpus;
  for (int i = 0; i < count; ++i) gpus.push_back(gpu_of(i));
  return gpus;
}

std::string cuda_open(const Gpu& gpu) {
  try {
    CHECK_CUDA(cudaSetDevice(gpu.index));
    CHECK_CUDA(cudaFree(nullptr));
    (void)kernels::cuda::area_shape();   // asks for a kernel: there must be one for this GPU
    return {};
  } catch (const CudaError& error) {
    try {
      return refused(gpu.index, refusal_of(facts_of(gpu.index), error.code, cudaGetErrorString(error.code)));
    } catch (const CudaError&) {   // it does not even say what it is
      return refused(gpu.index, error.message);
    }
  }
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
