#include "table/number.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>

#include "base/digit.h"

namespace warptune {

Number parse_number(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  const bool negative = p != end && *p == '-';
  if (p != end && (*p == '-' || *p == '+')) ++p;
  const char* const digits_begin = p;

  std::uint64_t mantissa = 0;
  int significant = 0;        // digits from the first non-zero one on
  std::int64_t leading = 0;   // decimal position of the first significant digit, as in 0.0012 -> -2, 12 -> 2
  bool dropped = false;       // digits beyond the 19th, which the mantissa does not hold
  std::int64_t scale = 0;     // the value is mantissa * 10^scale, when nothing was dropped
  std::ptrdiff_t digits = 0;
  bool point = false;
  for (; p != end; ++p) {
    if (*p == '.' && !point) {
      point = true;
      continue;
    }
    if (!is_digit(*p)) break;
    ++digits;
    if (point) --scale;
    if (significant == 0 && *p == '0') {
      if (point) --leading;
      continue;
    }
    if (!point) ++leading;
    if (significant < 19) {
      mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p - '0');
      ++significant;
    } else {
      dropped = true;
    }
  }
  if (digits == 0) return {};
  std::int64_t exponent = 0;
  if (p != end) {
    if (*p != 'e' && *p != 'E') return {};
    ++p;
    const bool negative_exponent = p != end && *p == '-';
    if (p != end && (*p == '-' || *p == '+')) ++p;
    if (p == end) return {};
    for (; p != end; ++p) {
      if (!is_digit(*p)) return {};
      exponent = std::min<std::int64_t>(exponent * 10 + (*p - '0'), 1'000'000'000'000);
    }
    if (negative_exponent) exponent = -exponent;
  }

  const double zero = negative ? -0.0 : 0.0;
  if (mantissa == 0) return {NumberKind::number, zero};
  const std::int64_t power = scale + exponent;
  using number_detail::exact_powers;
  if (!dropped && mantissa <= (std::uint64_t{1} << 53) && power >= -exact_powers && power <= exact_powers) {
    const double m = static_cast<double>(mantissa);
    const double value = power < 0 ? m / number_detail::powers_of_ten[-power] : m * number_detail::powers_of_ten[power];
    return {NumberKind::number, negative ? -value : value};
  }
  // Far outside of 4.9e-324 .. 1.8e308, where from_chars does not say on which side.
  if (leading + exponent > 310) return {NumberKind::too_big, 0};
  if (leading + exponent < -330) return {NumberKind::number, zero};
  double value = 0;
  const std::from_chars_result result = std::from_chars(digits_begin, end, value);
  if (result.ec == std::errc::result_out_of_range) {
    return leading + exponent > 0 ? Number{NumberKind::too_big, 0} : Number{NumberKind::number, zero};
  }
  if (result.ec != std::errc{} || result.ptr != end) return {};
  if (value > 1.7976931348623157e308) return {NumberKind::too_big, 0};
  return {NumberKind::number, negative ? -value : value};
}

}   // namespace warptune
