// The family xgboost: what its executors are made of.
#pragma once

#include "family/library/values.h"
#include "family/xgboost/api.h"

namespace warptune {

[[nodiscard]] Result<Devices> open_xgboost(const Study& study, const TrainerData& data,
                                           const std::function<void(const std::string&)>& on_note);

// "XGBoost 3.2.0, built with CUDA (/path/libxgboost.so); runs on the CPU: no GPU is there". given: as XgboostApi::load's.
[[nodiscard]] Result<std::string> describe_xgboost(const std::string& given);

}   // namespace warptune
