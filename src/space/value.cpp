// Values as text: none, booleans, integers, reals, words, lists.
#include <cassert>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>

#include "base/number_text.h"
#include "space/list.h"
#include "warptune/space.h"

namespace warptune {
namespace {

struct ToText {
  std::string operator()(None) const { return "none"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(double value) const {
    std::string text;
    append_float(text, value);
    return text;
  }
  std::string operator()(const List& value) const { return value.json; }
};

}   // namespace

std::string to_string(const Value& value) { return std::visit(ToText{}, value); }

Value parse_value(std::string_view text) {
  if (text == "none") return None{};
  if (text == "true") return true;
  if (text == "false") return false;
  const char* const end = text.data() + text.size();
  std::int64_t integer = 0;
  if (const auto read = std::from_chars(text.data(), end, integer); read.ec == std::errc() && read.ptr == end)
    return integer;
  double real = 0;
  if (const auto read = std::from_chars(text.data(), end, real);
      read.ec == std::errc() && read.ptr == end && std::isfinite(real))
    return real;
  if (auto list = parse_list(text)) return std::move(*list);
  return std::string(text);
}

Value value_of(const Parameter& parameter, double internal) {
  const Distribution& distribution = parameter.distribution;
  assert(contains(distribution, internal));
  switch (distribution.kind) {
    case Distribution::Kind::integer: return static_cast<std::int64_t>(internal);
    case Distribution::Kind::real: return internal;
    case Distribution::Kind::fixed:
    case Distribution::Kind::choice: break;
  }
  return distribution.choices[static_cast<std::size_t>(internal)];
}

}   // namespace warptune
