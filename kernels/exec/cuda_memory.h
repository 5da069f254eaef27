// Owners of CUDA things: move-only, every call checked, destructors do not throw. For the .cu side only.
#pragma once

#include <cuda_runtime.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

namespace warptune {

// A failed CUDA call: which, where, on which device.
struct CudaError {
  cudaError_t code;
  std::string message;
};

// The host's page-locked memory is full, not the device's.
struct HostMemoryFull : CudaError {};

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

class CudaEvent {
 public:
  CudaEvent() { CHECK_CUDA(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming)); }
  ~CudaEvent() {
    if (event_ != nullptr) (void)cudaEventDestroy(event_);
  }
  CudaEvent(const CudaEvent&) = delete;
  CudaEvent& operator=(const CudaEvent&) = delete;
  [[nodiscard]] cudaEvent_t get() const { return event_; }

 private:
  cudaEvent_t event_ = nullptr;
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
    try {
      CHECK_CUDA(cudaMallocHost(&data, bytes));
    } catch (const CudaError& error) {
      if (error.code != cudaErrorMemoryAllocation) throw;
      throw HostMemoryFull{error.code,
                           std::to_string(bytes) + " bytes of the host's page-locked memory: " + error.message};
    }
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

// A word of the host's memory that running kernels read.
class MappedWord {
 public:
  MappedWord() : bytes_(sizeof(std::uint32_t)) {
    set(0);
    void* seen = nullptr;
    CHECK_CUDA(cudaHostGetDevicePointer(&seen, bytes_.data(), 0));
    on_device_ = static_cast<const std::uint32_t*>(seen);
  }
  void set(std::uint32_t value) {   // also while kernels read it
    std::atomic_ref(*reinterpret_cast<std::uint32_t*>(bytes_.data())).store(value, std::memory_order_relaxed);
  }
  [[nodiscard]] const std::uint32_t* on_device() const { return on_device_; }

 private:
  PinnedBytes bytes_;   // with one address space for host and device all of it is mapped
  const std::uint32_t* on_device_ = nullptr;
};

}   // namespace warptune
