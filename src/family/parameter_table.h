// The words in which families' tables of parameters are written.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "warptune/family.h"

namespace warptune {

inline constexpr double most_count = std::numeric_limits<std::int32_t>::max();
inline constexpr double most_real = 1e300;   // the largest end of a float distribution

inline ParameterInfo parameter(const char* name, Value default_value, const char* text) {
  ParameterInfo info;
  info.name = name;
  info.default_value = std::move(default_value);
  info.text = text;
  return info;
}

inline ParameterInfo with_count(ParameterInfo info, double low, double high) {
  info.integer = true;
  info.low = low;
  info.high = high;
  return info;
}

enum class Ends { closed, low_open, both_open };

inline ParameterInfo with_real(ParameterInfo info, double low, double high, Ends ends) {
  info.real = true;
  info.real_low = low;
  info.real_high = high;
  info.real_low_open = ends != Ends::closed;
  info.real_high_open = ends == Ends::both_open;
  return info;
}

inline ParameterInfo with_none(ParameterInfo info) {
  info.none = true;
  return info;
}

inline ParameterInfo with_words(ParameterInfo info, std::vector<std::string> words) {
  info.words = std::move(words);
  return info;
}

inline ParameterInfo shared(ParameterInfo info) {
  info.free = true;
  return info;
}

inline ParameterInfo boolean(const char* name, bool default_value, const char* text) {
  ParameterInfo info = parameter(name, default_value, text);
  info.boolean = true;
  return info;
}

inline ParameterInfo with_aliases(ParameterInfo info, std::vector<std::string> aliases) {
  info.aliases = std::move(aliases);
  return info;
}

inline Parameter integer(const char* name, double low, double high) {
  Distribution distribution;
  distribution.kind = Distribution::Kind::integer;
  distribution.low = low;
  distribution.high = high;
  distribution.step = 1;
  return {name, distribution};
}

inline Parameter choice(const char* name, std::vector<std::string> words) {
  Distribution distribution;
  distribution.kind = Distribution::Kind::choice;
  for (std::string& word : words) distribution.choices.emplace_back(std::move(word));
  return {name, distribution};
}

inline Parameter real(const char* name, double low, double high, bool log = false) {
  Distribution distribution;
  distribution.kind = Distribution::Kind::real;
  distribution.low = low;
  distribution.high = high;
  distribution.log = log;
  return {name, distribution};
}

}   // namespace warptune
