// How many rows of each class a fold validates and trains on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "warptune/dataset.h"

namespace warptune {

using ClassRows = std::vector<std::uint64_t>;   // [classes]

// At the places [begin, end) of the folds' order.
[[nodiscard]] ClassRows class_rows(const Dataset& dataset, const Folds& folds, std::size_t begin, std::size_t end);
[[nodiscard]] ClassRows validation_class_rows(const Dataset& dataset, const Folds& folds, int fold);
[[nodiscard]] ClassRows train_class_rows(const Dataset& dataset, const Folds& folds, int fold);

}   // namespace warptune
