// Sends to a device what lies in pieces in the host's memory, through two page-locked buffers: page-locked memory is what
// copies overlap with, and what a machine has little of.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <span>

namespace warptune {

// The most bytes that are page-locked at once are twice as many.
inline constexpr std::uint64_t most_staged_bytes = 32u << 20;

struct UploadPart {
  const void* from = nullptr;
  std::uint64_t bytes = 0;
  std::uint64_t at = 0;   // offset from where the parts go
};

// Copies the parts, which are in the order of their offsets and do not overlap, and waits for them. What lies between parts
// is undefined then. Throws CudaError.
void upload(std::uint8_t* to, std::span<const UploadPart> parts, cudaStream_t stream,
            std::uint64_t staged_bytes = most_staged_bytes);

}   // namespace warptune
