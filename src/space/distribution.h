// Builds distributions from what flags, TOML and JSON give, with one set of checks for the three. where: prefix of
// messages, e.g. "study.toml:12:3" or "--param max_depth=int(0,5)".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "warptune/space.h"

namespace warptune {

struct Range {
  Distribution::Kind kind = Distribution::Kind::integer;   // integer or real
  Value low, high;
  std::optional<Value> step;
  bool log = false;
};

[[nodiscard]] Result<Distribution> make_range(const Range& range, const std::string& where);
[[nodiscard]] Result<Distribution> make_choice(std::vector<Value> values, const std::string& where);
[[nodiscard]] Result<Distribution> make_fixed(Value value, const std::string& where);

// The same checks for a distribution that was put together in code.
[[nodiscard]] Result<void> check_distribution(const Distribution& distribution, const std::string& where);

// Letters, digits, _, -, . and at most 100 bytes.
[[nodiscard]] Result<void> check_parameter_name(std::string_view name, const std::string& where);

// The distribution's words: int, float, log, choice.
[[nodiscard]] Error unknown_distribution(std::string_view name, const std::string& where);

// Number of values on a stepped range, both ends included; exact up to 2^53.
[[nodiscard]] double count_of_steps(const Distribution& distribution);

}   // namespace warptune
