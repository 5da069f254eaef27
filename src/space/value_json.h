// A parameter's value in journals, results and what workers get.
#pragma once

#include <nlohmann/json.hpp>

#include "warptune/space.h"

namespace warptune {

// none is null, a list an array.
[[nodiscard]] nlohmann::json to_json(const Value& value);

}   // namespace warptune
