// Balanced accuracy of predictions, for trainers whose library does not know it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace warptune {

// The mean over classes of the share of their rows that is predicted right; classes without rows do not count.
[[nodiscard]] inline double mean_recall(std::span<const std::uint8_t> predicted, std::span<const std::uint8_t> labels,
                                        std::size_t classes) {
  std::vector<double> rows(classes), right(classes);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    ++rows[labels[i]];
    right[labels[i]] += predicted[i] == labels[i];
  }
  double sum = 0, present = 0;
  for (std::size_t k = 0; k < classes; ++k) {
    if (rows[k] == 0) continue;
    sum += right[k] / rows[k];
    ++present;
  }
  return sum / present;
}

}   // namespace warptune
