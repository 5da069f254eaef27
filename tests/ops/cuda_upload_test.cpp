// What is sent to a GPU in pieces arrives whole.
#ifdef WARPTUNE_HAS_CUDA

#include "device/cuda_upload.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <vector>

#include "device/cuda_devices.h"
#include "kernels/exec/cuda_memory.h"

namespace warptune {
namespace {

using Bytes = std::vector<std::uint8_t>;

// Parts of these sizes, with gaps between them, through buffers of so many bytes; each is compared with what was sent.
void expect_whole(const std::vector<std::size_t>& sizes, std::uint64_t staged_bytes) {
  std::mt19937_64 rng(sizes.size());
  std::vector<Bytes> sent;
  std::vector<UploadPart> parts;
  std::uint64_t all = 0;
  for (const std::size_t size : sizes) {
    Bytes& bytes = sent.emplace_back(size);
    for (std::size_t i = 0; i < size; i += 1 + i / 100) bytes[i] = static_cast<std::uint8_t>(rng());
    parts.push_back({nullptr, size, all});
    all += size + 64;
  }
  for (std::size_t i = 0; i < sent.size(); ++i) parts[i].from = sent[i].data();
  const DeviceBytes device(all);
  const CudaStream stream;
  upload(device.data(), parts, stream.get(), staged_bytes);
  for (std::size_t i = 0; i < sent.size(); ++i) {
    Bytes back(sent[i].size());
    CHECK_CUDA(cudaMemcpy(back.data(), device.data() + parts[i].at, back.size(), cudaMemcpyDeviceToHost));
    EXPECT_EQ(back, sent[i]) << "part " << i << " through " << staged_bytes << " bytes";
  }
}

TEST(CudaUpload, ArrivesWhole) {
  if (const auto devices = cuda_devices(); !devices) GTEST_SKIP() << devices.error().message;
  for (const std::uint64_t staged : {1ull, 7ull, 64ull, 1000ull, 4096ull}) expect_whole({3, 0, 500, 1, 70}, staged);
  expect_whole({}, 1000);
  expect_whole({5000, 40ull << 20, 33ull << 20, 12}, most_staged_bytes);   // each buffer is used twice
}

}   // namespace
}   // namespace warptune

#endif
