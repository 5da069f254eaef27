// Owners of CUDA things: move-only, every call checked, destructors do not throw. For the .cu side only.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <string>
#include <utility>

namespace warptune {

// A failed CUDA call: which, where, on which device.
struct CudaError {
  cudaError_t code;
  std::string message;
};

inline void check_cuda(cudaError_t code, const char* call, const char* file, int line) {
  if (code == cudaSuccess) return;
  int device = -1;
  (void)cudaGetDevice(&device);
  (void)cudaGetLastError();   // not to be reported a second time
  throw CudaError{code, std::string(call) + ": " + cudaGetErrorString(code) + " (" + file + ":" + std::to_string(line) +
                            ", device " + std::to_string(device) + ")"};
}
#define CHECK_CUDA(call) ::warptune::check_cuda((call), #call, __FILE__, __LINE__)

class CudaStream {
 public:
  CudaStream() { CHECK_CUDA(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking)); }
  ~CudaStream() {
    if (stream_ != nullptr) (void)cudaStreamDestroy(stream_);
  }
  CudaStream(const CudaStream&) = delete;
  CudaStream& operator=(const CudaStream&) = delete;
  [[nodiscard]] cudaStream_t get() const { return stream_; }

 private:
  cudaStream_t stream_ = nullptr;
};

struct DeviceMemory {
  static void* take(std::uint64_t bytes) {
    void* data = nullptr;
    CHECK_CUDA(cudaMalloc(&data, bytes));
    return data;
  }
  static void give(void* data) { (void)cudaFree(data); }
};
// Page-locked host memory, from which copies overlap with kernels.
struct PinnedMemory {
  static void* take(std::uint64_t bytes) {
    void* data = nullptr;
    CHECK_CUDA(cudaMallocHost(&data, bytes));
    return data;
  }
  static void give(void* data) { (void)cudaFreeHost(data); }
};

template <class Memory>
class CudaBytes {
 public:
  CudaBytes() = default;
  explicit CudaBytes(std::uint64_t bytes) : data_(Memory::take(bytes)), bytes_(bytes) {}
  ~CudaBytes() {
    if (data_ != nullptr) Memory::give(data_);
  }
  CudaBytes(CudaBytes&& o) noexcept : data_(std::exchange(o.data_, nullptr)), bytes_(std::exchange(o.bytes_, 0)) {}
  CudaBytes& operator=(CudaBytes&& o) noexcept {
    std::swap(data_, o.data_);
    std::swap(bytes_, o.bytes_);
    return *this;
  }
  [[nodiscard]] std::uint8_t* data() const { return static_cast<std::uint8_t*>(data_); }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  void* data_ = nullptr;
  std::uint64_t bytes_ = 0;
};
using DeviceBytes = CudaBytes<DeviceMemory>;
using PinnedBytes = CudaBytes<PinnedMemory>;

}   // namespace warptune
