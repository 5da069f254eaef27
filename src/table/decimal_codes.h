// Doubles as integers over a power of ten: the inner loops of PackedCells.
#pragma once

#include <bit>
#include <cstdint>
#include <span>

namespace warptune {

// Adding this leaves a double's nearest integer in the lower 32 bits, as a two's complement.
inline constexpr double to_integer = 0x1.8p52;

struct CodeForm {
  double power = 1;           // of ten
  double most = 0;            // n is in -most .. most
  std::int32_t missing = 0;   // the code for NaN
};

// The only n that may be `value`, whether or not it is: n / power == value and n <= most tell.
inline double nearest_n(double value, double power) { return value * power + to_integer - to_integer; }
inline bool is_code(double value, const CodeForm& form) {
  const double n = nearest_n(value, form.power);
  return n >= -form.most && n <= form.most && n / form.power == value;
}

// codes: [values]. False if some value, which is not NaN, has no code; what is in its place then means nothing.
[[nodiscard]] bool decimal_codes(std::span<const double> values, const CodeForm& form, std::int32_t* codes);

}   // namespace warptune
