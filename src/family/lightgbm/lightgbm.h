// Boosters of LightGBM, as installed.
#pragma once

#include "run/open_family.h"

namespace warptune {

[[nodiscard]] Result<std::unique_ptr<OpenFamily>> open_lightgbm(const Study& study, const StudyData& data, Devices&);

// As describe_xgboost.
[[nodiscard]] Result<std::string> describe_lightgbm();

}   // namespace warptune
