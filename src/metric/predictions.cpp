#include "metric/predictions.h"

#include <algorithm>
#include <cstddef>

namespace warptune {

std::vector<double> of_all_classes(const Predictions& predictions) {
  if (predictions.columns > 0) return predictions.values;
  std::vector<double> both;
  for (const double second : predictions.values) {
    both.push_back(1 - second);
    both.push_back(second);
  }
  return both;
}

std::vector<std::uint8_t> likeliest_classes(const Predictions& predictions, std::size_t classes) {
  std::vector<std::uint8_t> predicted;   // there are at most 256 classes
  if (predictions.columns == 0) {
    for (const double value : predictions.values)
      predicted.push_back(predictions.integer ? static_cast<std::uint8_t>(value) : value > 1 - value);
    return predicted;
  }
  const auto across = static_cast<std::ptrdiff_t>(classes);
  for (auto row = predictions.values.begin(); row != predictions.values.end(); row += across)
    predicted.push_back(static_cast<std::uint8_t>(std::max_element(row, row + across) - row));
  return predicted;
}

}   // namespace warptune
