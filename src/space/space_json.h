// Values, distributions and spaces as JSON: a journal holds a space in two layouts, in its study's settings and as an
// attribute of its own, and both are read by the same code; workers and results get values.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "warptune/space.h"

namespace warptune {

// none is null, a list an array.
[[nodiscard]] nlohmann::json to_json(const Value& value);
[[nodiscard]] Result<Value> value_from_json(const nlohmann::json& json, const std::string& where);

// [{"name": "max_depth", "kind": "int", "low": 2, "high": 9, "step": 1, "log": false},
//  {"name": "criterion", "kind": "choice", "choices": ["gini", "entropy"]}, ...]; a fixed value is the only one of choices.
enum class SpaceLayout {
  exact,   // integers are integers; a step that there is none of is null
  reals    // low, high and step are reals, as in Distribution
};
[[nodiscard]] nlohmann::json to_json(const Space& space, SpaceLayout layout);

// Of a file that anybody may have written: types, ranges and words are checked, and names are unique. where: for messages.
[[nodiscard]] Result<Space> space_from_json(const nlohmann::json& json, const std::string& where);

}   // namespace warptune
