// What boosters train and are scored on: a pair of LightGBM's Datasets for each fold, way to bin and device, made once by
// the thread that needs it first, and shared: boosters do not change them.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "trainer/lightgbm_api.h"
#include "trainer/trainer.h"

namespace warptune {

// Frees a Dataset.
class LightgbmDataset {
 public:
  LightgbmDataset(std::shared_ptr<const LightgbmApi> api, LightgbmApi::Handle handle)
      : api_(std::move(api)), handle_(handle) {}
  ~LightgbmDataset() { (void)api_->dataset_free(handle_); }
  LightgbmDataset(const LightgbmDataset&) = delete;
  LightgbmDataset& operator=(const LightgbmDataset&) = delete;
  [[nodiscard]] LightgbmApi::Handle handle() const { return handle_; }

 private:
  std::shared_ptr<const LightgbmApi> api_;
  LightgbmApi::Handle handle_;
};

struct DatasetPair {
  std::unique_ptr<LightgbmDataset> train, validation;
  std::vector<std::uint8_t> validation_labels;
};

struct DatasetKey {
  int fold = 0;
  std::string settings;   // text of dataset_settings: how to bin, and the device
  friend auto operator<=>(const DatasetKey&, const DatasetKey&) = default;
};

class LightgbmDatasets {
 public:
  LightgbmDatasets(std::shared_ptr<const LightgbmApi> api, TrainerData data) : api_(std::move(api)), data_(data) {}

  // Throws LightgbmError; the next call tries again.
  const DatasetPair& get(const DatasetKey& key);

  // Pairs so far.
  [[nodiscard]] std::uint64_t built() const;

  // Numbers of the features that are categories, as LightGBM takes them: 0,3.
  [[nodiscard]] static std::string categorical(const TrainerData& data);

 private:
  struct Entry {
    std::mutex mutex;
    std::unique_ptr<DatasetPair> pair;
  };
  [[nodiscard]] std::unique_ptr<DatasetPair> make(const DatasetKey& key) const;
  [[nodiscard]] std::unique_ptr<LightgbmDataset> make_one(const std::string& settings,
                                                          const std::vector<std::uint32_t>& rows,
                                                          LightgbmApi::Handle reference) const;

  std::shared_ptr<const LightgbmApi> api_;
  TrainerData data_;
  mutable std::mutex mutex_;   // of the two below
  std::map<DatasetKey, Entry> entries_;
  std::uint64_t built_ = 0;
};

}   // namespace warptune
