// A booster while it trains, and what it says of itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trainer/lightgbm_datasets.h"

namespace warptune {

// Made, used and freed by one thread. All functions throw LightgbmError.
class LightgbmBooster {
 public:
  LightgbmBooster(const LightgbmApi& api, const DatasetPair& datasets, const std::string& settings);
  ~LightgbmBooster() { (void)api_.booster_free(handle_); }
  LightgbmBooster(const LightgbmBooster&) = delete;
  LightgbmBooster& operator=(const LightgbmBooster&) = delete;

  void update();
  // LightGBM's own metric of the validation rows.
  [[nodiscard]] double evaluate() const;
  // The mean over classes of the share of their validation rows that is predicted right; classes without rows do not count.
  [[nodiscard]] double balanced_accuracy(std::size_t classes) const;

 private:
  // The classes of the validation rows.
  [[nodiscard]] std::vector<std::uint8_t> predict(std::size_t classes) const;

  const LightgbmApi& api_;
  const DatasetPair& datasets_;
  LightgbmApi::Handle handle_ = nullptr;
};

}   // namespace warptune
