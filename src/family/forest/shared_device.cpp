#ifdef WARPTUNE_HAS_CUDA

#include "family/forest/shared_device.h"

#include <fmt/format.h>

#include <algorithm>

#include "family/forest/dataset_bytes.h"
#include "run/executor.h"

namespace warptune {

const CudaDataset& SharedDevice::dataset(bool& uploaded_now) {
  const std::lock_guard lock(mutex_);
  if (!lost_.empty()) throw DeviceLost{lost_};
  uploaded_now = dataset_ == nullptr;
  if (!uploaded_now) return *dataset_;
  try {
    dataset_ = std::make_unique<CudaDataset>(context_);
  } catch (const HostMemoryFull& full) {
    throw DeviceLost{fmt::format("cuda:{}: the dataset cannot be sent: {}", device_, full.message)};
  } catch (const CudaError& error) {
    if (error.code != cudaErrorMemoryAllocation) throw;
    throw DeviceLost{
        fmt::format("cuda:{}: the dataset's {} bytes do not fit: {}", device_, dataset_bytes(context_), error.message)};
  }
  return *dataset_;
}

void SharedDevice::launches(std::uint32_t trees) {
  const std::lock_guard lock(mutex_);
  largest_ = std::max(largest_, trees);
}

std::stop_token SharedDevice::resetting() {
  const std::lock_guard lock(mutex_);
  return resetting_.get_token();
}

bool SharedDevice::reset(std::uint32_t resets) {
  const std::lock_guard one(reset_);   // the next one finds that it is done, whatever runs by then
  {
    const std::lock_guard lock(mutex_);
    if (resets != resets_) return true;
    resetting_.request_stop();
  }
  const std::unique_lock alone(use_);   // the others meet the same error, or run nothing, or have stopped waiting
  const std::lock_guard lock(mutex_);
  resetting_ = {};
  if (largest_ < 2) return false;
  for (const auto& release : releases_) release();
  dataset_ = nullptr;
  (void)cudaSetDevice(device_);   // it may report the launch's error
  if (cudaDeviceReset() != cudaSuccess) return false;
  (void)cudaGetLastError();
  most_trees_ = largest_ / 2;
  largest_ = 0;
  ++resets_;
  return true;
}

std::string SharedDevice::lose(const std::string& message) {
  const std::lock_guard lock(mutex_);
  if (lost_.empty()) lost_ = fmt::format("cuda:{}: {}", device_, message);
  return lost_;
}

}   // namespace warptune

#endif
