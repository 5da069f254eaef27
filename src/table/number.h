// Decimal numbers to doubles, exactly as strtod rounds them, without a locale.
//
// Most numbers of a table are short. Their digits are read eight at a time from one 64-bit word; a mantissa below 2^53
// scaled by an exact power of ten is then one rounding away from the right double (Clinger 1990, "How to read floating
// point numbers accurately"). Everything else goes to std::from_chars.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace warptune {

enum class NumberKind { number, too_big, none };   // too_big: a number beyond the largest double

struct Number {
  NumberKind kind = NumberKind::none;
  double value = 0;
};

// The whole of `text` as [+-]digits[.digits][e[+-]digits]; at least one digit before or after the point.
[[nodiscard]] Number parse_number(std::string_view text);

// Bytes that must be readable after the end of what parse_plain_number looks at.
inline constexpr int number_padding = 32;

struct PlainNumber {
  const char* end = nullptr;   // after the last byte of the number; nullptr: not of the plain form, ask parse_number
  double value = 0;
};

namespace number_detail {

inline constexpr double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                           1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
inline constexpr std::uint64_t integer_powers_of_ten[] = {1,      10,      100,      1000,     10000,
                                                          100000, 1000000, 10000000, 100000000};

inline std::uint64_t load8(const char* p) {
  std::uint64_t word;
  std::memcpy(&word, p, sizeof word);
  return word;
}

// Number of leading bytes of the word (lowest address first) that are digits, 0..8.
inline int leading_digits(std::uint64_t word) {
  const std::uint64_t offset = word ^ 0x3030303030303030u;   // digits become 0..9
  // A byte above 9 sets its top bit here; carries only reach bytes after the first such byte.
  const std::uint64_t others = ((offset + 0x7676767676767676u) | offset) & 0x8080808080808080u;
  return others == 0 ? 8 : __builtin_ctzll(others) / 8;
}

// Value of the first `count` (1..8) digits of the word.
inline std::uint64_t digits_value(std::uint64_t word, int count) {
  std::uint64_t v = (word ^ 0x3030303030303030u) << (64 - 8 * count);   // leading zeros in front, the rest is cut off
  v = v * 10 + (v >> 8);                                                // pairs
  return (((v & 0x000000ff000000ffu) * 0x000f424000000064u) +
          (((v >> 16) & 0x000000ff000000ffu) * 0x0000271000000001u)) >>
         32;
}

inline constexpr int exact_powers = 22;   // 10^22 is the largest power of ten that a double holds exactly

// 10^i, then -10^i.
inline constexpr auto signed_powers_of_ten = [] {
  std::array<double, 2 * (exact_powers + 1)> powers{};
  for (std::size_t i = 0; i <= exact_powers; ++i) {
    powers[i] = powers_of_ten[i];
    powers[i + exact_powers + 1] = -powers_of_ten[i];
  }
  return powers;
}();

// (-1)^negative * mantissa / 10^fraction, for a mantissa of at most 2^53. Signs come at random, so there is no branch: the
// divisor has the sign, which also makes a zero negative.
inline double scaled(std::uint64_t mantissa, int fraction, bool negative) {
  const std::size_t power = static_cast<std::size_t>(fraction) + (negative ? exact_powers + 1u : 0u);
  return static_cast<double>(static_cast<std::int64_t>(mantissa)) / signed_powers_of_ten[power];
}

}   // namespace number_detail

// [-]digits[.digits] at p with a mantissa of at most 2^53: the form of nearly every cell. Reads up to number_padding bytes
// past the end of the number.
inline PlainNumber parse_plain_number(const char* p) {
  using namespace number_detail;
  const bool negative = *p == '-';
  p += negative ? 1 : 0;
  std::uint64_t word = load8(p);
  const int whole = leading_digits(word);
  if (whole == 8) return {};
  std::uint64_t mantissa = whole == 0 ? 0 : digits_value(word, whole);
  p += whole;
  int fraction = 0;
  if (*p == '.') {
    ++p;
    word = load8(p);
    fraction = leading_digits(word);
    if (fraction != 0) mantissa = mantissa * integer_powers_of_ten[fraction] + digits_value(word, fraction);
    p += fraction;
    if (fraction == 8) {
      word = load8(p);
      const int more = leading_digits(word);
      if (whole + 8 + more > 18) return {};   // the mantissa could overflow
      if (more != 0) mantissa = mantissa * integer_powers_of_ten[more] + digits_value(word, more);
      if (mantissa > (std::uint64_t{1} << 53)) return {};
      p += more;
      fraction += more;
    }
  }
  if (whole + fraction == 0) return {};
  return {p, scaled(mantissa, fraction, negative)};
}

struct ShortNumber {
  bool ok = false;
  double value = 0;
};

// [p, end) as [-]digits[.digits] of at most 8 bytes after the sign: a table's most frequent form, from one word and with
// hardly a branch. Reads up to 9 bytes from p.
inline ShortNumber parse_short_number(const char* p, const char* end) {
  using namespace number_detail;
  const bool negative = *p == '-';
  p += negative ? 1 : 0;
  const std::size_t length = static_cast<std::size_t>(end - p);
  if (length - 1 >= 8) return {};
  std::uint64_t digits = (load8(p) ^ 0x3030303030303030u) << (64 - 8 * length);   // zeros in front
  const std::uint64_t not_point = digits ^ 0x1e1e1e1e1e1e1e1eu;                   // '.' ^ '0' becomes 0
  const std::uint64_t point = (not_point - 0x0101010101010101u) & ~not_point & 0x8080808080808080u;
  int fraction = 0;
  if (point != 0) {
    if (length == 1) return {};
    const int at = __builtin_ctzll(point) & 56;   // the first point's first bit: digits before it move up by a byte
    const std::uint64_t before = (std::uint64_t{1} << at) - 1;
    digits = ((digits & before) << 8) | (digits & (~std::uint64_t{0xff} << at));
    fraction = 7 - at / 8;
  }
  if ((((digits + 0x7676767676767676u) | digits) & 0x8080808080808080u) != 0) return {};
  return {true, scaled(digits_value(digits ^ 0x3030303030303030u, 8), fraction, negative)};
}

}   // namespace warptune
