// A booster of XGBoost.
#pragma once

#include "trainer/booster_executor.h"
#include "trainer/handed_on.h"
#include "trainer/training_pair.h"
#include "trainer/xgboost_api.h"

namespace warptune {

class XgboostBooster final : public Booster {
 public:
  XgboostBooster(const XgboostApi& api, const TrainingPair& matrices, std::size_t classes, const HandedOn& settings);
  void update() override;
  [[nodiscard]] double evaluate() const override;
  [[nodiscard]] std::vector<std::uint8_t> predict() const override;

 private:
  const XgboostApi& api_;
  const TrainingPair& matrices_;
  std::size_t classes_;
  OfLibrary booster_;
  int rounds_ = 0;
};

}   // namespace warptune
