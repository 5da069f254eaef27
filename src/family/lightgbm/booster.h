// A booster of LightGBM.
#pragma once

#include <string>

#include "family/library/booster_executor.h"
#include "family/library/training_pair.h"
#include "family/lightgbm/api.h"

namespace warptune {

class LightgbmBooster final : public Booster {
 public:
  LightgbmBooster(const LightgbmApi& api, const TrainingPair& datasets, std::size_t classes,
                  const std::string& settings);
  // That no tree could grow does not end a training: with rows drawn anew the next one may, as in Python's lightgbm.
  void update() override;
  [[nodiscard]] double evaluate() const override;
  [[nodiscard]] Predictions predict() const override;

 private:
  const LightgbmApi& api_;
  const TrainingPair& datasets_;
  std::size_t classes_;
  OfLibrary booster_;
};

}   // namespace warptune
