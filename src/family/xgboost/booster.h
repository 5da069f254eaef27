// A booster of XGBoost.
#pragma once

#include "family/library/booster_executor.h"
#include "family/library/library_settings.h"
#include "family/library/training_pair.h"
#include "family/xgboost/api.h"

namespace warptune {

class XgboostBooster final : public Booster {
 public:
  XgboostBooster(const XgboostApi& api, const TrainingPair& matrices, std::size_t classes,
                 const TrainerSettings& settings);
  void update() override;
  [[nodiscard]] double evaluate() const override;
  [[nodiscard]] Predictions predict() const override;

 private:
  const XgboostApi& api_;
  const TrainingPair& matrices_;
  std::size_t classes_;
  OfLibrary booster_;
  int rounds_ = 0;
};

}   // namespace warptune
