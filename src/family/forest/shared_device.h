// What a GPU's executors share. Only in builds with CUDA.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "family/forest/cuda_dataset.h"

namespace warptune {

// The dataset, uploaded by the first of them that runs; the failure that ended the device's use, so that all of them report
// the same one and none touches the device again; and how long its launches may be.
class SharedDevice {
 public:
  SharedDevice(const FitContext& context, int device) : context_(context), device_(device) {}

  // release: frees what the executor holds of the device; called while it runs no batch.
  void join(std::function<void()> release) { releases_.push_back(std::move(release)); }

  // Held while an executor runs a batch.
  [[nodiscard]] std::shared_lock<std::shared_mutex> use() { return std::shared_lock(use_); }

  // uploaded_now: whether this call was the one that uploaded. A device without room for the dataset is of no use to the
  // executor that found so, and smaller batches do not help; another stream may still find room later.
  const CudaDataset& dataset(bool& uploaded_now);

  // A launch of so many trees begins; of at most most_trees().
  void launches(std::uint32_t trees);
  [[nodiscard]] std::uint32_t most_trees() const { return most_trees_; }

  // How often the device was reset.
  [[nodiscard]] std::uint32_t resets() const { return resets_; }
  // After a display's watchdog ended a launch: nothing of the device can be used until it is reset. From then on launches
  // have half as many trees as the largest had. resets: as it was when the batch began; another executor of the device may
  // have reset it since. False: there is no going on.
  [[nodiscard]] bool reset(std::uint32_t resets);
  // Of an executor that runs a batch: asked to stop where it waits for others while the device is to be reset.
  [[nodiscard]] std::stop_token resetting();
  // Whether the user is still to be told of it: once a device.
  [[nodiscard]] bool untold_of_reset() { return !told_.exchange(true); }

  // Remembers the device's first failure, and returns it.
  [[nodiscard]] std::string lose(const std::string& message);

 private:
  FitContext context_;
  int device_;
  std::shared_mutex use_;
  std::vector<std::function<void()>> releases_;   // of all executors
  std::atomic<std::uint32_t> resets_{0}, most_trees_{~0u};
  std::atomic<bool> told_{false};
  std::mutex reset_;   // of who resets
  std::mutex mutex_;   // of what follows
  std::stop_source resetting_;
  std::uint32_t largest_ = 0;   // launch since the last reset, in trees
  std::unique_ptr<CudaDataset> dataset_;
  std::string lost_;
};

}   // namespace warptune
