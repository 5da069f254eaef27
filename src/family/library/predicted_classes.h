// The classes that a library of boosters predicts.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "family/library/library_error.h"

namespace warptune {

// The likeliest class of each row, the first of those that are equally likely. share(row, class): its probability; of two
// classes share(row, 0) is the second one's, and there is no other. count: of the probabilities that the library gave.
// Throws TrainerError if those are not as many as there must be.
template <class Share>
std::vector<std::uint8_t> likeliest(const char* library, std::size_t count, std::size_t rows, std::size_t classes,
                                    const Share& share) {
  if (count != rows * (classes == 2 ? 1 : classes))
    throw TrainerError{fmt::format("{} gives {} predictions for {} rows", library, count, rows)};
  std::vector<std::uint8_t> predicted(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    if (classes == 2) predicted[i] = share(i, 0) > 0.5 ? 1 : 0;
    for (std::size_t k = 1; classes > 2 && k < classes; ++k)
      if (share(i, k) > share(i, predicted[i])) predicted[i] = static_cast<std::uint8_t>(k);
  }
  return predicted;
}

}   // namespace warptune
