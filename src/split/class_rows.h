// How many rows of each class a fold validates and trains on.
#pragma once

#include <cstdint>
#include <vector>

#include "warptune/split.h"

namespace warptune {

using ClassRows = std::vector<std::uint64_t>;   // [classes]

[[nodiscard]] ClassRows class_rows(const Dataset& dataset, const Split& split, Places places);
[[nodiscard]] ClassRows validation_class_rows(const Dataset& dataset, const Split& split, int fold);
[[nodiscard]] ClassRows train_class_rows(const Dataset& dataset, const Split& split, int fold);

}   // namespace warptune
