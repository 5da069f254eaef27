// LightGBM's parameters, by LightGBM's names and scikit-learn's.
#pragma once

#include "warptune/family.h"

namespace warptune {

[[nodiscard]] Family lightgbm_family();

}   // namespace warptune
