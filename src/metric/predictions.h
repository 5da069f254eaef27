// What a model predicts for a fold's validation rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/npy.h"

namespace warptune {

// [rows][classes] probabilities; or [rows]: integers are classes, reals the second class's probability of two classes.
using Predictions = NpyArray;

// Probabilities as [rows][classes].
[[nodiscard]] std::vector<double> of_all_classes(const Predictions& predictions);
// The likeliest class of each row, the first of those that are equally likely.
[[nodiscard]] std::vector<std::uint8_t> likeliest_classes(const Predictions& predictions, std::size_t classes);

}   // namespace warptune
