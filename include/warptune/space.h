// What may vary: parameters and their distributions. Names and meanings are Optuna's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "warptune/error.h"

namespace warptune {

struct None {   // "no limit", written none
  friend bool operator==(None, None) { return true; }
};
// A parameter's value as the user writes it.
using Value = std::variant<None, bool, std::int64_t, double, std::string>;
[[nodiscard]] std::string to_string(const Value& value);   // shortest text that reads back the same; none, true, false
[[nodiscard]] Value parse_value(std::string_view text);    // none/true/false, integer, number, else text

struct Distribution {
  enum class Kind { fixed, integer, real, choice };
  Kind kind = Kind::fixed;
  double low = 0, high = 0;   // integer, real: both ends are included
  double step = 0;            // integer: >= 1; real: 0 is continuous
  bool log = false;
  std::vector<Value> choices;   // choice: the values; fixed: exactly one
};

struct Parameter {
  std::string name;
  Distribution distribution;
};

struct Space {
  std::vector<Parameter> parameters;   // in the user's order; names are unique
};

// One configuration: a number per parameter of the space, in its order. integer and real: the value itself; choice and
// fixed: the index into choices (as Optuna's internal representation).
using Point = std::vector<double>;
[[nodiscard]] Value value_of(const Parameter& parameter, double internal);

// Parses one "--param NAME=DISTRIBUTION": int(1,9), int(8,256,step=8), int(1,1000,log), float(0,1), float(0,1,step=0.1),
// log(0.01,0.3), choice(a,b,3,none), or a plain value, which fixes the parameter.
[[nodiscard]] Result<Parameter> parse_parameter(std::string_view text);

}  // namespace warptune
