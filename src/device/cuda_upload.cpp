#ifdef WARPTUNE_HAS_CUDA

#include "device/cuda_upload.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "kernels/exec/cuda_memory.h"

namespace warptune {
namespace {

struct Stage {
  PinnedBytes bytes;
  CudaEvent sent;   // what was copied from it last
};

// What of the parts lies in [begin, end).
void gather(std::span<const UploadPart> parts, std::uint64_t begin, std::uint64_t end, std::uint8_t* to) {
  for (const UploadPart& part : parts) {
    const std::uint64_t first = std::max(begin, part.at), last = std::min(end, part.at + part.bytes);
    if (first < last)
      std::memcpy(to + (first - begin), static_cast<const std::uint8_t*>(part.from) + (first - part.at), last - first);
  }
}

}   // namespace

void upload(std::uint8_t* to, std::span<const UploadPart> parts, cudaStream_t stream, std::uint64_t staged_bytes) {
  const std::uint64_t all = parts.empty() ? 0 : parts.back().at + parts.back().bytes;
  const std::uint64_t piece = std::min(all, staged_bytes);
  std::array<Stage, 2> stages;
  for (std::uint64_t begin = 0, number = 0; begin < all; begin += piece, ++number) {
    Stage& stage = stages[number % 2];
    if (stage.bytes.bytes() == 0)
      stage.bytes = PinnedBytes(piece);
    else
      CHECK_CUDA(cudaEventSynchronize(stage.sent.get()));
    const std::uint64_t end = std::min(all, begin + piece);
    gather(parts, begin, end, stage.bytes.data());
    CHECK_CUDA(cudaMemcpyAsync(to + begin, stage.bytes.data(), end - begin, cudaMemcpyHostToDevice, stream));
    CHECK_CUDA(cudaEventRecord(stage.sent.get(), stream));
  }
  CHECK_CUDA(cudaStreamSynchronize(stream));
}

}   // namespace warptune

#endif
