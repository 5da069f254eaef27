// Scores what a model predicts for a fold's validation rows, by the study's metric and as scikit-learn defines it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "metric/predictions.h"
#include "warptune/error.h"

namespace warptune {

// labels: [rows], 0..classes-1. The error says what about the predictions cannot be scored.
[[nodiscard]] Result<double> score_predictions(const std::string& metric, const Predictions& predictions,
                                               std::span<const std::uint8_t> labels, std::size_t classes);

}   // namespace warptune
