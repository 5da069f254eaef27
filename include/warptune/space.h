// What may vary: parameters and their distributions. Names and meanings are Optuna's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "warptune/error.h"

namespace warptune {

struct None {   // "no limit", written none
  friend bool operator==(None, None) { return true; }
};
// Numbers, words, true, false, null and such lists, for programs that take them: hidden=[64,32].
struct List {
  std::string json;   // as parse_value makes it: without blanks, one text for one list
  friend bool operator==(const List&, const List&) = default;
};
// A parameter's value as the user writes it.
using Value = std::variant<None, bool, std::int64_t, double, std::string, List>;

// Shortest text that parse_value reads back as the same value: none, true, false, 5, 0.1, 1e+20, [64,32]. A whole real
// keeps its point ("1.0"): a share of 1.0 is not a count of 1.
[[nodiscard]] std::string to_string(const Value& value);

// none/true/false, an integer that fits 64 bits, a finite number, a list in JSON, else text.
[[nodiscard]] Value parse_value(std::string_view text);

struct Distribution {
  enum class Kind { fixed, integer, real, choice };
  Kind kind = Kind::fixed;
  double low = 0, high = 0;   // integer, real: both ends are included; integers are exact, below 2^53
  double step = 0;            // integer: >= 1; real: 0 is continuous
  bool log = false;
  std::vector<Value> choices;   // choice: the values; fixed: exactly one

  friend bool operator==(const Distribution&, const Distribution&) = default;
};

struct Parameter {
  std::string name;
  Distribution distribution;

  friend bool operator==(const Parameter&, const Parameter&) = default;
};

struct Space {
  std::vector<Parameter> parameters;   // in the user's order; names are unique

  friend bool operator==(const Space&, const Space&) = default;
};

// By the name that the space gives it; nullptr: it has no such parameter.
[[nodiscard]] const Parameter* find_parameter(const Space& space, std::string_view name);

// One configuration: a number per parameter of the space, in its order. integer and real: the value itself; choice and
// fixed: the index into choices (as Optuna's internal representation).
using Point = std::vector<double>;
using PointView = std::span<const double>;

// Configurations of one space as one matrix, [size][parameters].
class Points {
 public:
  Points() = default;
  explicit Points(std::size_t parameters, std::vector<double> values = {})
      : parameters_(parameters), values_(std::move(values)) {}
  Points(std::initializer_list<Point> points) {
    for (const Point& point : points) add(point);
  }
  [[nodiscard]] std::size_t size() const { return parameters_ == 0 ? 0 : values_.size() / parameters_; }
  [[nodiscard]] bool empty() const { return values_.empty(); }
  [[nodiscard]] PointView operator[](std::size_t i) const { return {values_.data() + i * parameters_, parameters_}; }
  // All points have as many parameters as the first.
  void add(PointView point) {
    parameters_ = point.size();
    values_.insert(values_.end(), point.begin(), point.end());
  }
  friend bool operator==(const Points&, const Points&) = default;

 private:
  std::size_t parameters_ = 0;
  std::vector<double> values_;
};

// internal must be one that contains() accepts: what comes from a file is tested with it first.
[[nodiscard]] Value value_of(const Parameter& parameter, double internal);

// True if the distribution can give this internal value: within the ends, on a step, an index of choices.
[[nodiscard]] bool contains(const Distribution& distribution, double internal);

// Parses one "--param NAME=DISTRIBUTION": int(1,9), int(8,256,step=8), int(1,1000,log), float(0,1), float(0,1,step=0.1),
// log(0.01,0.3), choice(a,b,3,none,[64,32]), or a plain value, which fixes the parameter. Checks all that needs no family.
[[nodiscard]] Result<Parameter> parse_parameter(std::string_view text);

// A parameter as parse_parameter reads it: max_depth=int(2,9).
[[nodiscard]] std::string to_string(const Parameter& parameter);

// Where the user wrote each setting, for messages: "search.trials" -> "study.toml:9:10" or "--trials 0",
// "space.max_depth" -> "--param max_depth=int(0,9)". What is not in it is a default.
using Origins = std::map<std::string, std::string>;

}   // namespace warptune
