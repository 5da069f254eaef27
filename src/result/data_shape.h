// What the journal keeps of the data, so that `resume` can say what is different about other data.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "warptune/dataset.h"

namespace warptune {

[[nodiscard]] nlohmann::json data_shape(const Dataset& dataset);

// "it has 9999 rows, the study's had 10000"; shape may come from a hostile file.
[[nodiscard]] std::string shape_difference(const nlohmann::json& shape, const Dataset& dataset);

}   // namespace warptune
