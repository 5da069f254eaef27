#include "space/distribution.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <utility>

#include "base/nearest.h"
#include "base/shown.h"
#include "base/utf8.h"
#include "space/mistaken_value.h"

namespace warptune {
namespace {

constexpr double exact_integers = 9007199254740992;   // 2^53: below it a double holds every integer
constexpr std::size_t most_choices = 10000;           // each is written into every journal line that is a trial
constexpr std::size_t most_name_bytes = 100;

// Distance of n from the nearest integer that rounding of (high - low) / step can explain.
double step_tolerance(double n) { return std::max(1e-9, n * 1e-14); }

Result<double> integer_end(const Value& value, const char* what, const std::string& where) {
  const auto* integer = std::get_if<std::int64_t>(&value);
  if (integer == nullptr)
    return failure(fmt::format("{}: {} of int must be an integer, not {}", where, what, shown(to_string(value))),
                   "write int(1,9), or float(LOW,HIGH) for real numbers");
  constexpr auto most = static_cast<std::int64_t>(exact_integers);
  if (*integer < -most || *integer > most)
    return failure(fmt::format("{}: {} of int must be within -2^53..2^53, not {}", where, what, *integer),
                   "larger integers are not exact");
  return static_cast<double>(*integer);
}

Result<double> real_end(const Value& value, const char* what, const std::string& where) {
  const auto* integer = std::get_if<std::int64_t>(&value);
  const auto* real = std::get_if<double>(&value);
  if (integer == nullptr && real == nullptr)
    return failure(fmt::format("{}: {} of float must be a number, not {}", where, what, shown(to_string(value))),
                   "write float(0,1), or choice(a,b) for words");
  const double number = integer != nullptr ? static_cast<double>(*integer) : *real;
  if (!(std::abs(number) <= 1e300))   // so that high - low is finite
    return failure(fmt::format("{}: {} of float must be within -1e300..1e300, not {}", where, what, to_string(value)),
                   "no parameter takes larger numbers");
  return number;
}

Result<double> end(Distribution::Kind kind, const Value& value, const char* what, const std::string& where) {
  return kind == Distribution::Kind::integer ? integer_end(value, what, where) : real_end(value, what, where);
}

std::string number_text(Distribution::Kind kind, double number) {
  if (kind == Distribution::Kind::integer) return fmt::format("{:.0f}", number);
  return to_string(Value(number));
}

Result<void> check_step(const Distribution& distribution, const std::string& where) {
  const bool integer = distribution.kind == Distribution::Kind::integer;
  const auto text = [&](double number) { return number_text(distribution.kind, number); };
  if (!(distribution.step > 0))
    return failure(fmt::format("{}: step must be above 0, not {}", where, text(distribution.step)),
                   "the step goes from low to high");
  const double steps = (distribution.high - distribution.low) / distribution.step;
  if (!(steps < exact_integers))
    return failure(fmt::format("{}: step {} is too small", where, text(distribution.step)),
                   "leave step out for any number between low and high");
  const double whole = std::floor(steps + (integer ? 0 : step_tolerance(steps)));
  const bool fits = integer ? std::fmod(distribution.high - distribution.low, distribution.step) == 0
                            : std::abs(steps - std::round(steps)) <= step_tolerance(steps);
  if (fits) return {};
  const double below = distribution.low + whole * distribution.step;
  return failure(fmt::format("{}: step {} from {} does not reach {}", where, text(distribution.step),
                             text(distribution.low), text(distribution.high)),
                 fmt::format("the nearest ends it reaches are {} and {}", text(below),
                             text(below + distribution.step)));
}

Result<void> check_word(const Value& value, const std::string& where) {
  const auto* word = std::get_if<std::string>(&value);
  if (word == nullptr) return {};
  if (word->empty())
    return failure(fmt::format("{}: a value is empty", where), "write choice(a,b), or none for no limit");
  if (!valid_utf8(*word)) return failure(fmt::format("{}: {} is not UTF-8", where, shown(*word)), "write it in UTF-8");
  if (const std::string hint = mistaken_value(*word); !hint.empty())
    return failure(fmt::format("{}: {} is no value", where, shown(*word)), hint);
  const auto bad = std::find_if(word->begin(), word->end(), [](unsigned char c) {
    return c < 0x20 || c == 0x7F || c == '(' || c == ')' || c == ',' || c == '"' || c == '\\';
  });
  if (bad == word->end()) return {};
  return failure(fmt::format("{}: {} is neither a value nor a distribution", where, shown(*word)),
                 "distributions are int(1,9), float(0,1), log(0.01,0.3), choice(a,b), a list is [1,2]; in a study file "
                 "{ int = [1, 9] }, { float = [0, 1] }, { choice = [\"a\", \"b\"] }");
}

}   // namespace

Result<Distribution> make_range(const Range& range, const std::string& where) {
  Distribution distribution;
  distribution.kind = range.kind;
  const bool integer = range.kind == Distribution::Kind::integer;
  auto low = end(range.kind, range.low, "low", where);
  if (!low) return tl::unexpected(low.error());
  auto high = end(range.kind, range.high, "high", where);
  if (!high) return tl::unexpected(high.error());
  distribution.low = *low;
  distribution.high = *high;
  distribution.log = range.log;
  if (*low > *high)
    return failure(fmt::format("{}: low {} is above high {}", where, number_text(range.kind, *low),
                               number_text(range.kind, *high)),
                   "low comes first");
  if (range.log && *low <= 0)
    return failure(fmt::format("{}: log needs low above 0, not {}", where, number_text(range.kind, *low)),
                   integer ? "start at 1" : "start at a small number, as 1e-5");
  if (range.step) {
    if (range.log) return failure(fmt::format("{}: log and step can't be combined", where), "leave one of them out");
    auto step = end(range.kind, *range.step, "step", where);
    if (!step) return tl::unexpected(step.error());
    distribution.step = *step;
    if (auto checked = check_step(distribution, where); !checked) return tl::unexpected(checked.error());
  } else if (integer) {
    distribution.step = 1;
  }
  return distribution;
}

Result<Distribution> make_choice(std::vector<Value> values, const std::string& where) {
  if (values.empty()) return failure(fmt::format("{}: choice has no values", where), "write choice(a,b)");
  if (values.size() > most_choices)
    return failure(fmt::format("{}: choice has {} values, at most {} are allowed", where, values.size(), most_choices),
                   "for numbers write int(LOW,HIGH) or float(LOW,HIGH)");
  std::vector<std::string> texts;   // distinct values have distinct texts
  for (const Value& value : values) {
    if (auto checked = check_word(value, where); !checked) return tl::unexpected(checked.error());
    texts.push_back(to_string(value));
  }
  std::sort(texts.begin(), texts.end());
  if (const auto twice = std::adjacent_find(texts.begin(), texts.end()); twice != texts.end())
    return failure(fmt::format("{}: choice has {} twice", where, shown(*twice)), "write each value once");
  Distribution distribution;
  distribution.kind = Distribution::Kind::choice;
  distribution.choices = std::move(values);
  return distribution;
}

Result<Distribution> make_fixed(Value value, const std::string& where) {
  if (auto checked = check_word(value, where); !checked) return tl::unexpected(checked.error());
  Distribution distribution;
  distribution.choices.push_back(std::move(value));
  return distribution;
}

Result<void> check_distribution(const Distribution& distribution, const std::string& where) {
  const bool integer = distribution.kind == Distribution::Kind::integer;
  Result<Distribution> made;
  if (integer || distribution.kind == Distribution::Kind::real) {
    const auto value = [&](double number) -> Value {
      const bool whole = number == std::floor(number) && std::abs(number) <= exact_integers;
      return integer && whole ? Value(static_cast<std::int64_t>(number)) : Value(number);
    };
    Range range{distribution.kind, value(distribution.low), value(distribution.high), {}, distribution.log};
    const bool stepped = integer ? !distribution.log || distribution.step != 1 : distribution.step != 0;
    if (stepped) range.step = value(distribution.step);
    made = make_range(range, where);
  } else if (distribution.kind == Distribution::Kind::choice) {
    made = make_choice(distribution.choices, where);
  } else if (distribution.choices.size() == 1) {
    made = make_fixed(distribution.choices.front(), where);
  } else {
    return failure(fmt::format("{}: a fixed parameter has exactly one value", where),
                   "write choice(a,b) for more values");
  }
  if (!made) return tl::unexpected(made.error());
  return {};
}

Result<void> check_parameter_name(std::string_view name, const std::string& where) {
  const auto allowed = [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  };
  if (name.empty())
    return failure(fmt::format("{}: the parameter's name is missing", where),
                   "write NAME=DISTRIBUTION, for example max_depth=int(2,9)");
  if (name.size() > most_name_bytes || !std::all_of(name.begin(), name.end(), allowed))
    return failure(fmt::format("{}: {} is not a parameter's name", where, shown(name)),
                   fmt::format("names are at most {} letters, digits, _, - and .", most_name_bytes));
  return {};
}

Error unknown_distribution(std::string_view name, const std::string& where) {
  const std::array<std::string, 4> known{"int", "float", "log", "choice"};
  const std::string near = nearest(name, known);
  return Error{fmt::format("{}: unknown distribution {}", where, shown(name)),
               near.empty() ? "distributions are int, float, log, choice" : fmt::format("did you mean {}?", near),
               ErrorKind::usage};
}

double count_of_steps(const Distribution& distribution) {
  assert(distribution.step > 0);
  return std::round((distribution.high - distribution.low) / distribution.step) + 1;
}

bool contains(const Distribution& distribution, double internal) {
  switch (distribution.kind) {
    case Distribution::Kind::fixed:
    case Distribution::Kind::choice:
      return internal >= 0 && internal < static_cast<double>(distribution.choices.size()) &&
             internal == std::floor(internal);
    case Distribution::Kind::integer:
      return internal >= distribution.low && internal <= distribution.high && internal == std::floor(internal) &&
             std::fmod(internal - distribution.low, distribution.step) == 0;
    case Distribution::Kind::real: {
      if (!(internal >= distribution.low && internal <= distribution.high)) return false;
      if (distribution.step == 0) return true;
      const double steps = (internal - distribution.low) / distribution.step;
      return std::abs(steps - std::round(steps)) <= step_tolerance(steps);
    }
  }
  return false;
}

}   // namespace warptune
