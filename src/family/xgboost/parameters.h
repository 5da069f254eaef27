// XGBoost's parameters, by XGBoost's names and scikit-learn's.
#pragma once

#include "warptune/family.h"

namespace warptune {

[[nodiscard]] Family xgboost_family();

}   // namespace warptune
