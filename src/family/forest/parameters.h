// The parameters of the two forest families, with scikit-learn's names, meanings and defaults.
#pragma once

#include "warptune/family.h"

namespace warptune {

[[nodiscard]] Family random_forest_family();
[[nodiscard]] Family extra_trees_family();

}   // namespace warptune
