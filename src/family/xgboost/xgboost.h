// Boosters of XGBoost, as installed.
#pragma once

#include "run/open_family.h"

namespace warptune {

[[nodiscard]] Result<std::unique_ptr<OpenFamily>> open_xgboost(const Study& study, const StudyData& data, Devices&);

// "XGBoost 3.2.0, built with CUDA (/path/libxgboost.so); runs on the CPU: no GPU is there".
[[nodiscard]] Result<std::string> describe_xgboost();

}   // namespace warptune
