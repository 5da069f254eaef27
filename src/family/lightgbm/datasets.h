// LightGBM's Datasets of a fold.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "family/library/training_pair.h"
#include "family/lightgbm/api.h"

namespace warptune {

// What a pair of Datasets depends on.
struct DatasetKey {
  int fold = 0;
  std::string settings;   // text of dataset_settings: how to bin, and the device
  friend auto operator<=>(const DatasetKey&, const DatasetKey&) = default;
};

// Numbers of the features that are categories, as LightGBM takes them: 0,3.
[[nodiscard]] std::string categorical_features(const StudyData& data);

// A Dataset of some rows. reference: the training rows' Dataset, whose bins a validation Dataset has; nullptr for that itself.
// Throws TrainerError.
[[nodiscard]] OfLibrary make_lightgbm_dataset(const LightgbmApi& api, const StudyData& data,
                                              const std::string& settings, const std::vector<std::uint32_t>& rows,
                                              LightgbmApi::Handle reference);

}   // namespace warptune
