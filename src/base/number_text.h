// Numbers as text that reads back to the same double, for every file that warptune writes.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace warptune {

// Appends the shortest text that reads back to the same double: 0.1, 1e-07, 3.
inline void append_number(std::string& out, double value) {
  char text[32];   // the longest shortest form has 24 characters
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  out.append(text, end);
}

// Whether a number's text has nothing that tells it from an integer's: a share of 1.0 is no count of 1.
inline bool is_whole(std::string_view number) {
  return number.find_first_not_of("-0123456789") == std::string_view::npos;
}

// The same with a point or an exponent in it, so that JSON readers take it for a float: 3.0.
inline void append_float(std::string& out, double value) {
  const std::size_t begin = out.size();
  append_number(out, value);
  if (is_whole(std::string_view(out).substr(begin))) out += ".0";
}

inline void append_integer(std::string& out, std::int64_t value) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

}   // namespace warptune
