// What a library of boosters predicts, as metrics take it.
#pragma once

#include <fmt/format.h>

#include <cstddef>

#include "family/library/library_error.h"
#include "metric/predictions.h"

namespace warptune {

// share(row, class): a probability; of two classes share(row, 0) is the second one's, and there is no other. count: of the
// probabilities that the library gave. Throws TrainerError if those are not as many as there must be.
template <class Share>
Predictions predictions_of(const char* library, std::size_t count, std::size_t rows, std::size_t classes,
                           const Share& share) {
  const std::size_t across = classes == 2 ? 1 : classes;
  if (count != rows * across)
    throw TrainerError{fmt::format("{} gives {} predictions for {} rows", library, count, rows)};
  Predictions predictions;
  predictions.rows = rows;
  predictions.columns = classes == 2 ? 0 : classes;
  predictions.values.reserve(count);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t k = 0; k < across; ++k) predictions.values.push_back(share(row, k));
  return predictions;
}

}   // namespace warptune
